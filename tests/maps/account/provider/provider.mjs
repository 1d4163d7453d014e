// A provider with its own sign-in and consent pages. Its settings come as JSON on the command line, its address goes out.

import {createServer} from 'node:http';
import {Provider} from 'oidc-provider';

const {clientId, clientSecret, callback, people} = JSON.parse(process.argv[2]);
const server = createServer().listen(0, '127.0.0.1', () => {
    const issuer = `http://127.0.0.1:${server.address().port}`;
    const provider = new Provider(issuer, {
        clients: [{client_id: clientId, client_secret: clientSecret, redirect_uris: [callback]}],
        claims: {openid: ['sub'], profile: ['given_name', 'family_name', 'birthdate', 'personal_code']},
        conformIdTokenClaims: false,
        cookies: {keys: ['of the tests']},
        features: {devInteractions: {enabled: true}},
        findAccount: (_context, id) => ({accountId: id, claims: () => ({sub: id, ...people[id]})}),
        pkce: {required: () => true},
    });
    server.on('request', provider.callback());
    console.log(issuer);
});
