/** How often a screen asks whether it has changed, in ms. */
const INTERVAL = 4_000;
/** How often it asks once the server does not answer, in ms. */
const RETRY_INTERVAL = 15_000;

/**
 * The script of every screen: it asks for the screen again with the ETag of the one that it shows, and takes over what has
 * changed. What the reader has unfolded stays so, the keyboard's focus too, and nothing changes under a selection or a form.
 * Without it a screen is as complete, and changes when it is loaded again.
 */
export const script = `
let etag = '';
const live = document.getElementById('live');
const isInUse = () => getSelection()?.type === 'Range' || document.activeElement?.matches('main :is(input, select, textarea)');
function take(page) {
  for (const details of document.querySelectorAll('main details[id]')) {
    const next = page.getElementById(details.id);
    if (next) next.open = details.open;
  }
  const focused = document.activeElement;
  const place = focused?.id ? '#' + CSS.escape(focused.id) : focused?.hasAttribute?.('href') ? 'a[href="' + CSS.escape(focused.getAttribute('href')) + '"]' : '';
  for (const part of ['main', 'nav']) document.querySelector(part).replaceWith(page.querySelector(part));
  document.title = page.title;
  if (place) document.querySelector(place)?.focus({ preventScroll: true });
}
async function refresh() {
  let delay = ${INTERVAL};
  if (document.visibilityState === 'visible' && !isInUse()) {
    try {
      const response = await fetch(location.href, { headers: etag ? { 'if-none-match': etag } : {} });
      if (response.status === 200 && !response.redirected) {
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        if (!isInUse() && page.querySelector('main')) {
          etag = response.headers.get('etag') ?? '';
          take(page);
        }
      } else if (response.status !== 304) throw new Error('status ' + response.status);
      live.textContent = 'Live';
    } catch {
      delay = ${RETRY_INTERVAL};
      live.textContent = 'Not live: the server does not answer, or your login has ended. Load the page again.';
    }
  }
  setTimeout(refresh, delay);
}
live.textContent = 'Live';
setTimeout(refresh, ${INTERVAL});
`;
