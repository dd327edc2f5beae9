import { isFromWebPage } from '../../../local/wire/web-pages.ts';

describe('telling web pages from programs', () => {
  it.each(['localhost:4566', '127.0.0.1:4566', '[::1]:4566', 'sqs.us-east-1.localhost:4566', 'host.docker.internal'])(
    'takes a request to %s for that of a program',
    (name) => {
      expect(isFromWebPage({ headers: { host: name } })).toBe(false);
    },
  );

  it.each(['page.example:4566', 'localhost.page.example', '127.0.0.1.page.example:4566', ''])(
    'takes a request to %s for that of a page that has rebound its name',
    (name) => {
      expect(isFromWebPage({ headers: { host: name } })).toBe(true);
    },
  );

  it('takes every request with an origin for that of a page', () => {
    expect(isFromWebPage({ headers: { host: 'localhost:4566', origin: 'http://localhost:4566' } })).toBe(true);
  });
});
