/**
 * The colors and the type of every page: those for people, the console, and what runs on this machine only. Every pair of
 * colors that a page puts together has a contrast of at least 4.5 in the light and the dark scheme. No width is fixed, so that
 * a phone needs no zoom.
 */
export const palette = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #4a5361; --paper: #ffffff; --ground: #f1f3f6; --line: #c6ccd4; --act: #0b5cad; --on: #ffffff; --plus: #116329; --minus: #a40e26; --care: #7a4a00; --mark: #ffe58a; }
@media (prefers-color-scheme: dark) { :root { --ink: #e8ebef; --soft: #b3bcc8; --paper: #1a1e24; --ground: #0f1216; --line: #3d4652; --act: #7db8ff; --on: #0b1420; --plus: #6fd58a; --minus: #ff9aa5; --care: #f0c060; --mark: #5c4700; } }
* { box-sizing: border-box; }
code, pre { font: .9375rem/1.45 ui-monospace, monospace; }
a { color: var(--act); }
button { min-height: 2.75rem; padding: .6rem 1.25rem; font: inherit; font-weight: 600; color: var(--on); background: var(--act); border: 2px solid var(--act); border-radius: .5rem; cursor: pointer; }
button.quiet { color: var(--act); background: transparent; }
button:focus-visible, a:focus-visible, summary:focus-visible, input:focus-visible, select:focus-visible { outline: 3px solid var(--act); outline-offset: 3px; }
input, select { width: 100%; min-height: 2.75rem; padding: .5rem .75rem; font: inherit; color: var(--ink); background: var(--paper); border: 1px solid var(--soft); border-radius: .5rem; }
details { margin: .25rem 0; }
summary { color: var(--act); cursor: pointer; }
.note { color: var(--soft); font-size: .9375rem; }
.plus { color: var(--plus); }
.minus { color: var(--minus); }
`;
