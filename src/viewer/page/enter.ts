/** Exchanges the secret of the page's link for a cookie, and removes it from the address. */
export async function enter(): Promise<void> {
  const token = new URLSearchParams(location.hash.slice(1)).get('token');
  if (token === null) return;
  history.replaceState(null, '', location.pathname + location.search);
  const headers = { Authorization: `Bearer ${token}` };
  // Where this fails, the page says that it is not connected.
  await fetch('api/enter', { headers, cache: 'no-store' }).catch(() => undefined);
}
