/** Removes secrets from addresses in messages, logs, names and frames: scheme, user, host and path stay, and nothing else does. */

const HIDDEN = '***';

/** Lengths below which a part of a password is taken for a word of its own. */
const LEAST_SECRET = 4;

/** An address without its password, query and fragment. `address` is all of one address, whatever characters it holds. Other texts stay. */
export function redactAddress(address: string): string {
  return partsOf(address)?.redacted ?? address;
}

/** Redacts every address in a text, as far as its end can be known: an address ends at white space. */
export function redact(text: string): string {
  return text.replace(/(['"]?)\b([a-z][a-z0-9+.-]*:\/\/\S+)/gi, (_, quote: string, found: string) => {
    const end = (quote ? /['"][,;:.)]*$/ : /[,;:.)]*$/).exec(found)?.[0] ?? '';
    return quote + redactAddress(found.slice(0, found.length - end.length)) + end;
  });
}

/** A function that redacts texts of a program that was given these arguments: what they hold is known, whatever characters it has. */
export function redactorFor(args: readonly string[]): (text: string) => string {
  const known = args.flatMap((arg) => partsOf(arg) ?? []).filter(({ redacted, address }) => redacted !== address);
  const secrets = known.flatMap(({ password, query }) => [
    query,
    password,
    ...password.split(/[^\w-]+/),
    // Short ones are mostly sizes and names of codecs, which are read in what ffmpeg says.
    ...query.split(/[^\w-]+/).filter((part) => part.length >= 2 * LEAST_SECRET),
  ]);
  return (text) => {
    let clean = text;
    for (const { address, redacted } of known) clean = clean.replaceAll(address, redacted);
    for (const secret of secrets) if (secret.length >= LEAST_SECRET) clean = clean.replaceAll(secret, HIDDEN);
    return redact(clean);
  };
}

/** Whether something was removed from an address, so that it has to be given again. Earlier releases removed the user name, too. */
export function isRedacted(address: string): boolean {
  return /:\/\/(?:[^/?#]*:)?\*\*\*@|[?#]\*\*\*$/.test(address);
}

interface Parts {
  readonly address: string;
  readonly redacted: string;
  readonly password: string;
  readonly query: string;
}

/**
 * Passwords that should have been encoded are common, so the last `@` ends the password where a colon comes before it and nothing but
 * a user name before that. What could be either is taken for a secret.
 */
function partsOf(address: string): Parts | undefined {
  const [, scheme, rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)(.*)$/is.exec(address) ?? [];
  if (scheme === undefined) return undefined;
  const at = rest.lastIndexOf('@');
  const colon = rest.slice(0, Math.max(0, at)).indexOf(':');
  const hasPassword = colon >= 0 && !/[/?#]/.test(rest.slice(0, colon));
  const password = hasPassword ? rest.slice(colon + 1, at) : '';
  const login = hasPassword ? `${rest.slice(0, colon)}:${HIDDEN}@` : '';
  const place = hasPassword ? rest.slice(at + 1) : rest;
  const cut = place.search(hasPassword ? /[?#&]/ : /[?#]/);
  const query = cut < 0 ? '' : place.slice(cut + 1);
  const mark = place[cut] === '#' ? '#' : '?';
  const path = cut < 0 ? place : place.slice(0, cut) + (query ? mark + HIDDEN : '');
  return { address, redacted: scheme + login + path, password, query };
}
