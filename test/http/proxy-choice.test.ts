import { describe, expect, test } from '@jest/globals';
import { AuthctlError } from '../../src/errors.ts';
import { proxyFor } from '../../src/http/proxy-choice.ts';

const https = 'https://api.example.com';
const http = 'http://api.example.com';

describe('the proxy', () => {
  test.each([
    [https, {}, undefined],
    [https, { HTTPS_PROXY: 'http://p:3128' }, 'http://p:3128'],
    [https, { https_proxy: 'http://p:3128' }, 'http://p:3128'],
    [https, { https_proxy: 'http://low', HTTPS_PROXY: 'http://up' }, 'http://low'],
    [https, { https_proxy: '', HTTPS_PROXY: 'http://up' }, undefined],
    [https, { HTTP_PROXY: 'http://p' }, undefined],
    [http, { HTTP_PROXY: 'http://p' }, 'http://p'],
    [http, { HTTPS_PROXY: 'http://p' }, undefined],
    [https, { HTTPS_PROXY: 'p.example:8080' }, 'http://p.example:8080'],
    [https, { HTTPS_PROXY: 'https://p.example/' }, 'https://p.example'],
    ['https://localhost', { HTTPS_PROXY: 'http://p' }, undefined],
    ['https://127.8.8.8', { HTTPS_PROXY: 'http://p' }, undefined],
    ['http://[::1]:80', { HTTP_PROXY: 'http://p' }, undefined],
  ])('for %s with %j is %s', (url, env: Record<string, string>, origin) => {
    expect(proxyFor(new URL(url), env)?.origin).toBe(origin);
  });

  test.each([
    [{ HTTPS_PROXY: 'http://p' }, 'HTTPS_PROXY'],
    [{ https_proxy: 'http://p' }, 'https_proxy'],
    [{ https_proxy: 'http://p', HTTPS_PROXY: 'http://up' }, 'https_proxy'],
    // On Windows the two are one variable.
    [{ https_proxy: 'http://p', HTTPS_PROXY: 'http://p' }, 'HTTPS_PROXY'],
  ])('comes from the variable that is in use: of %j, %s', (env: Record<string, string>, name) => {
    expect(proxyFor(new URL(https), env)?.variable).toBe(name);
  });

  test.each([
    ['http://user:p%40ss@p', 'user:p@ss'],
    ['http://user@p', 'user:'],
    ['user:100%@p:3128', 'user:100%'],
    ['http://u:a%b@p', 'u:a%b'],
    ['http://u:é@p', 'u:é'],
    ['http://u:100%é@p', 'u:100%é'],
    ['http://u:50%@x@p', 'u:50%@x'],
    ['http://u%:%zz%41@p', 'u%:%zzA'],
    // A byte that is not UTF-8 stands for itself, beside a character that is decoded.
    ['http://u:%E9é@p', 'u:%E9é'],
    ['http://u:%C0%AF%F0%9F%94%91@p', 'u:%C0%AF🔑'],
  ])('gets the user name and password of %s in a header, and nowhere else', (setting, pair) => {
    const proxy = proxyFor(new URL(https), { HTTPS_PROXY: setting });
    expect(proxy?.origin).toMatch(/^http:\/\/p(:3128)?$/);
    expect(proxy?.authorization).toBe(`Basic ${Buffer.from(pair).toString('base64')}`);
  });

  test.each(['http://u:12/3@p:80', 'http://u:12#3@p:80', 'http://u:12?3@p:80'])(
    'of %s is not sent to the host that its first part names',
    (setting) => {
      expect(() => proxyFor(new URL(https), { HTTPS_PROXY: setting })).toThrow(
        'HTTPS_PROXY has a /, ? or # before the @ of its password',
      );
    },
  );

  test.each(['socks5://user:hunter2@p:1080', 'http://', 'http://user:hunter2@p:99999'])(
    'cannot be %s: the error names the variable and does not show the password',
    (setting) => {
      expect.assertions(3);
      try {
        proxyFor(new URL(https), { https_proxy: setting });
      } catch (error) {
        expect(error).toBeInstanceOf(AuthctlError);
        expect(error).toMatchObject({
          code: 'usage',
          message: 'https_proxy is not the URL of an http or https proxy',
        });
        expect(String(error)).not.toContain('hunter2');
      }
    },
  );
});

describe('NO_PROXY', () => {
  test.each([
    ['api.example.com', https, true],
    ['API.EXAMPLE.COM', https, true],
    ['example.com', https, true],
    ['.example.com', https, true],
    ['*.example.com', https, true],
    ['*', https, true],
    ['api.*', https, true],
    ['a*.ex*.com', https, true],
    ['a*i*.ex*le.com', https, true],
    ['api*pi.example.com', https, false],
    ['a**com', https, true],
    [`*${'a*'.repeat(40)}b`, `https://${'a'.repeat(60)}`, false],
    ['api.example.com.', https, true],
    ['other.test, example.com', https, true],
    ['other.test example.com', https, true],
    ['example.com:443', https, true],
    ['example.com:80', http, true],
    ['example.com:8443', 'https://api.example.com:8443', true],
    ['example.com', 'https://example.com.', true],
    ['10.1.2.3', 'https://10.1.2.3', true],
    ['10.0.0.0/8', 'https://10.1.2.3', true],
    ['10.1.2.3:443', 'https://10.1.2.3', true],
    ['2001:db8::1', 'https://[2001:db8::1]', true],
    ['[2001:db8::1]', 'https://[2001:DB8:0::1]', true],
    ['[2001:db8::1]:8443', 'https://[2001:db8::1]:8443', true],
    ['2001:db8::/32', 'https://[2001:db8::1]', true],
    ['', https, false],
    ['ample.com', https, false],
    ['example.co', https, false],
    ['apixexample.com', https, false],
    ['api.example.com.evil', https, false],
    ['example.com:80', https, false],
    ['a*.org', https, false],
    ['10.1.2.3', 'https://110.1.2.3', false],
    ['10.0.0.0/8', 'https://11.1.2.3', false],
    ['10.0.0.0/99', 'https://10.1.2.3', false],
    ['10.0.0.0/x', 'https://10.1.2.3', false],
    ['[2001:db8::1]:80', 'https://[2001:db8::1]', false],
    ['2001:db8::/32', https, false],
    ['(', https, false],
  ])('%j exempts %s: %s', (NO_PROXY, url, exempt) => {
    const proxies = { HTTPS_PROXY: 'http://p', HTTP_PROXY: 'http://p' };
    const upper = proxyFor(new URL(url), { ...proxies, NO_PROXY });
    const lower = proxyFor(new URL(url), { ...proxies, no_proxy: NO_PROXY, NO_PROXY: '*' });
    expect([upper === undefined, lower === undefined]).toEqual([exempt, exempt]);
  });
});
