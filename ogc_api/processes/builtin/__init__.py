"""The processes that come with the platform, a module each; `process_declarations` puts them into the registry."""
