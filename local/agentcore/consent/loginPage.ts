import { html } from 'hono/html';
import { page } from '../pages/layout.ts';

/** The identity provider's one page: who are you, and do you consent? */
export function loginPage(clientId: string, scopes: string): string {
  const body = html`
    <h1>Local identity provider</h1>
    <p>The application <code>${clientId}</code> asks for access to: <code>${scopes || 'nothing in particular'}</code>.</p>
    <p>This page stands in for the vendor's own. Any name will do, and there is no password.</p>
    <form method="post">
      <p><label>Name <input name="login" value="ada" autocomplete="username" /></label></p>
      <p>
        <button name="decision" value="grant">Log in and allow</button>
        <button name="decision" value="deny">Decline</button>
      </p>
    </form>
  `;
  return String(page('Log in', body));
}
