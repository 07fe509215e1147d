/** How soon a screen asks whether it has changed, in ms. */
const INTERVAL = 4_000;
/** By how much it waits longer whenever nothing has changed: an open tab would otherwise read a fleet 20,000 times a day. */
const BACKOFF = 1.3;
/** The longest time between two requests, in ms. */
const MAX_INTERVAL = 30_000;

/**
 * The script of every screen: it asks for the screen again with the ETag of the one that it shows, and takes over what has
 * changed. What the reader has unfolded stays so, the keyboard's focus too, and nothing changes under a selection or in a form that was begun. It asks less often the longer nothing changes.
 * Without it a screen is as complete, and changes when it is loaded again.
 */
export const script = `
let etag = '';
const live = document.getElementById('live');
let isEdited = false;
addEventListener('input', () => { isEdited = true; });
const isInUse = () => isEdited || getSelection()?.type === 'Range' || document.activeElement?.matches('main :is(input, select, textarea)');
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
let delay = ${INTERVAL};
async function refresh() {
  if (document.visibilityState === 'visible' && !isInUse()) {
    try {
      const response = await fetch(location.href, { headers: etag ? { 'if-none-match': etag } : {} });
      delay = Math.min(delay * ${BACKOFF}, ${MAX_INTERVAL});
      if (response.status === 200 && !response.redirected) {
        delay = ${INTERVAL};
        const page = new DOMParser().parseFromString(await response.text(), 'text/html');
        if (!isInUse() && page.querySelector('main')) {
          etag = response.headers.get('etag') ?? '';
          take(page);
        }
      } else if (response.status !== 304) throw new Error('status ' + response.status);
      live.textContent = 'Live';
    } catch {
      delay = ${MAX_INTERVAL};
      live.textContent = 'Not live: the server does not answer, or your login has ended. Load the page again.';
    }
  }
  setTimeout(refresh, delay);
}
live.textContent = 'Live';
setTimeout(refresh, ${INTERVAL});
`;
