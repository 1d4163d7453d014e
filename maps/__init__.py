"""The pages and pictures: the resident's map, the monitor, the editor and the console. Owns no facts."""
