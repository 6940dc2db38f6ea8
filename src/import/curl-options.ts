/** The options of curl: which there are, and which of them take a value. */

const withValue = new Set(
  `
  abstract-unix-socket alt-svc aws-sigv4 cacert capath cert cert-type ciphers config
  connect-timeout connect-to continue-at cookie cookie-jar create-file-mode crlfile curves data
  data-ascii data-binary data-raw data-urlencode delegation dns-interface dns-ipv4-addr
  dns-ipv6-addr dns-servers doh-url dump-header ech egd-file engine etag-compare etag-save
  expect100-timeout form form-string ftp-account ftp-alternative-to-user ftp-method ftp-port
  ftp-ssl-ccc-mode happy-eyeballs-timeout-ms haproxy-clientip header hostpubmd5 hostpubsha256
  hsts interface ip-tos ipfs-gateway json keepalive-cnt keepalive-time key key-type krb libcurl
  limit-rate local-port login-options mail-auth mail-from mail-rcpt max-filesize max-redirs
  max-time netrc-file noproxy oauth2-bearer output output-dir parallel-max parallel-max-host
  pass pinnedpubkey preproxy proto proto-default proto-redir proxy proxy-cacert proxy-capath
  proxy-cert proxy-cert-type proxy-ciphers proxy-crlfile proxy-header proxy-key proxy-key-type
  proxy-pass proxy-pinnedpubkey proxy-service-name proxy-tls13-ciphers proxy-tlsauthtype
  proxy-tlspassword proxy-tlsuser proxy-user proxy1.0 pubkey quote random-file range rate
  referer request request-target resolve retry retry-delay retry-max-time sasl-authzid
  service-name sigalgs signature-algorithms socks4 socks4a socks5 socks5-gssapi-service
  socks5-hostname speed-limit speed-time stderr telnet-option tftp-blksize time-cond tls-max
  tls13-ciphers tlsauthtype tlspassword tlsuser trace trace-ascii trace-config unix-socket
  upload-file upload-flags url url-query user user-agent variable vlan-priority write-out
`
    .trim()
    .split(/\s+/),
);

const withoutValue = new Set(
  `
  alpn anyauth append basic buffer ca-native cert-status clobber compressed compressed-ssh
  create-dirs crlf digest disable disable-eprt disable-epsv disallow-username-in-url
  doh-cert-status doh-insecure dump-ca-embed eprt epsv fail fail-early fail-with-body
  false-start follow form-escape ftp-create-dirs ftp-pasv ftp-pret ftp-skip-pasv-ip ftp-ssl-ccc
  ftp-ssl-control get globoff haproxy-protocol head help http0.9 http1.0 http1.1 http2
  http2-prior-knowledge http3 http3-only ignore-content-length include insecure ipv4 ipv6
  junk-session-cookies keepalive list-only location location-trusted mail-rcpt-allowfails manual
  metalink mptcp negotiate netrc netrc-optional next no-alpn no-buffer no-clobber no-keepalive
  no-npn no-progress-meter no-sessionid npn ntlm ntlm-wb out-null parallel parallel-immediate
  path-as-is post301 post302 post303 progress-bar progress-meter proxy-anyauth proxy-basic
  proxy-ca-native proxy-digest proxy-insecure proxy-negotiate proxy-ntlm proxy-ssl-allow-beast
  proxy-ssl-auto-client-cert proxy-tlsv1 proxytunnel raw remote-header-name remote-name
  remote-name-all remote-time remove-on-error retry-all-errors retry-connrefused sasl-ir
  sessionid show-error silent skip-existing socks5-basic socks5-gssapi socks5-gssapi-nec ssl
  ssl-allow-beast ssl-auto-client-cert ssl-no-revoke ssl-reqd ssl-revoke-best-effort sslv2 sslv3
  styled-output suppress-connect-headers tcp-fastopen tcp-nodelay tftp-no-options tls-earlydata
  tlsv1 tlsv1.0 tlsv1.1 tlsv1.2 tlsv1.3 tr-encoding trace-ids trace-time use-ascii verbose
  version xattr
`
    .trim()
    .split(/\s+/),
);

/** The options of one letter. */
const short: ReadonlyMap<string, string> = new Map([
  ['a', 'append'],
  ['E', 'cert'],
  ['K', 'config'],
  ['C', 'continue-at'],
  ['b', 'cookie'],
  ['c', 'cookie-jar'],
  ['d', 'data'],
  ['q', 'disable'],
  ['D', 'dump-header'],
  ['f', 'fail'],
  ['F', 'form'],
  ['P', 'ftp-port'],
  ['G', 'get'],
  ['g', 'globoff'],
  ['I', 'head'],
  ['H', 'header'],
  ['h', 'help'],
  ['0', 'http1.0'],
  ['i', 'include'],
  ['k', 'insecure'],
  ['4', 'ipv4'],
  ['6', 'ipv6'],
  ['j', 'junk-session-cookies'],
  ['l', 'list-only'],
  ['L', 'location'],
  ['M', 'manual'],
  ['m', 'max-time'],
  ['n', 'netrc'],
  [':', 'next'],
  ['N', 'no-buffer'],
  ['o', 'output'],
  ['Z', 'parallel'],
  ['#', 'progress-bar'],
  ['x', 'proxy'],
  ['U', 'proxy-user'],
  ['p', 'proxytunnel'],
  ['Q', 'quote'],
  ['r', 'range'],
  ['e', 'referer'],
  ['J', 'remote-header-name'],
  ['O', 'remote-name'],
  ['R', 'remote-time'],
  ['X', 'request'],
  ['S', 'show-error'],
  ['s', 'silent'],
  ['Y', 'speed-limit'],
  ['y', 'speed-time'],
  ['2', 'sslv2'],
  ['3', 'sslv3'],
  ['t', 'telnet-option'],
  ['z', 'time-cond'],
  ['1', 'tlsv1'],
  ['T', 'upload-file'],
  ['B', 'use-ascii'],
  ['u', 'user'],
  ['A', 'user-agent'],
  ['v', 'verbose'],
  ['V', 'version'],
  ['w', 'write-out'],
]);

/** An option of a line. */
export interface CurlOption {
  /** Its long name, without hyphens. */
  readonly name: string;
  /** Undefined if it takes none. */
  readonly value?: string;
}

/** What a line has: options, operands (URLs), and words that are neither, by their index from 1. */
export type CurlPart =
  | { readonly kind: 'option'; readonly option: CurlOption }
  | { readonly kind: 'operand'; readonly text: string }
  | { readonly kind: 'unknown'; readonly index: number }
  | { readonly kind: 'incomplete'; readonly name: string };

/** The parts of a line. @param words those after the name of the program */
export function curlParts(words: readonly string[]): readonly CurlPart[] {
  const parts: CurlPart[] = [];
  let onlyOperands = false;
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? '';
    const take = (name: string, own: string | undefined) => {
      const value = own ?? words[at + 1];
      if (own === undefined) at += 1;
      if (value === undefined) parts.push({ kind: 'incomplete', name });
      else parts.push({ kind: 'option', option: { name, value } });
    };
    if (onlyOperands || !/^[-–—]./.test(word)) parts.push({ kind: 'operand', text: word });
    else if (word === '--') onlyOperands = true;
    else if (/^(--|—|–[A-Za-z]{2})/.test(word)) {
      const [, given = '', own] = /^(?:--|—|–)([^=]*)(?:=(.*))?$/s.exec(word) ?? [];
      const name = fullName(given);
      if (name === undefined) parts.push({ kind: 'unknown', index: at + 2 });
      else if (withValue.has(name)) take(name, own);
      else parts.push({ kind: 'option', option: { name } });
    } else {
      for (let letter = 1; letter < word.length; letter++) {
        const name = short.get(word.charAt(letter));
        if (name === undefined) {
          parts.push({ kind: 'unknown', index: at + 2 });
          break;
        }
        if (withValue.has(name)) {
          take(name, word.slice(letter + 1) || undefined);
          break;
        }
        parts.push({ kind: 'option', option: { name } });
      }
    }
  }
  return parts;
}

/** The whole name of an option, which may be given by its beginning; undefined if there is none. */
function fullName(given: string): string | undefined {
  if (given === '') return undefined;
  if (withValue.has(given) || withoutValue.has(given)) return given;
  if (given.startsWith('no-') && withoutValue.has(given.slice(3))) return given;
  const all = [...withValue, ...withoutValue].filter((name) => name.startsWith(given));
  return all.length === 1 ? all[0] : undefined;
}
