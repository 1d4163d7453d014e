// Swagger UI over our own OpenAPI document. Edits that are tried out carry the session's token, as a form would.
{
    const box = document.querySelector('[data-reference]');
    const token = document.querySelector('[name="csrfmiddlewaretoken"]')?.value ?? '';
    const nothing = () => null;
    window.SwaggerUIBundle({
        url: box.dataset.reference,
        domNode: box,
        deepLinking: true,
        docExpansion: 'none',
        validatorUrl: null,
        presets: [window.SwaggerUIBundle.presets.apis],
        plugins: [() => ({wrapComponents: {ServersContainer: () => nothing, InfoContainer: () => nothing}})], // the page has its own head
        requestInterceptor: (request) => {
            if (request.method !== 'GET') request.headers['X-CSRFToken'] = token;
            return request;
        },
    });
}
