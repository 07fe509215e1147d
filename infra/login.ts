/** A login in front of the pages: the HTTP API lets in only whoever brings a token of this provider. */
export interface Login {
  /** The identity provider, as its tokens name it. Its keys are found below `/.well-known/openid-configuration`. */
  readonly issuer: string;
  /** Whom the tokens must be for: their `aud`, or `client_id` where they have none. */
  readonly audience: readonly string[];
  /** The header that carries the token, with or without `Bearer` before it. */
  readonly identitySource: string;
  /** Whose answers count: of anybody who can log in, or of those whom a request was sent to by e-mail. */
  readonly answersFrom: 'anybody' | 'owners';
}

const defaults: Pick<Login, 'identitySource' | 'answersFrom'> = {
  identitySource: '$request.header.Authorization',
  answersFrom: 'anybody',
};

type Check = { readonly expected: string; readonly isValid: (value: unknown) => boolean };

const checks: Readonly<Record<keyof Login, Check>> = {
  issuer: {
    expected: 'the https URL that the tokens name as "iss"',
    isValid: (value) => typeof value === 'string' && /^https:\/\/[^\s?#]+$/.test(value),
  },
  audience: {
    expected: 'a list of at least one audience',
    isValid: (value) =>
      Array.isArray(value) &&
      value.length > 0 &&
      value.every((each) => typeof each === 'string' && each !== ''),
  },
  identitySource: {
    // The API would also take a query string; tokens in addresses end up in histories and in logs.
    expected: 'a header, such as $request.header.Authorization',
    isValid: (value) => typeof value === 'string' && /^\$request\.header\.[A-Za-z0-9-]+$/.test(value),
  },
  answersFrom: {
    expected: '"anybody" or "owners"',
    isValid: (value) => value === 'anybody' || value === 'owners',
  },
};

/** @returns what is wrong with the setting `login`, one sentence each */
export function loginProblems(given: unknown): string[] {
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return ['"login" must be an object with "issuer" and "audience"'];
  const login: Readonly<Record<string, unknown>> = { ...defaults, ...given };
  const known: Readonly<Record<string, Check>> = checks;
  const unknown = Object.keys(login).filter((name) => !known[name]);
  return [
    ...unknown.map((name) => `there is no "login.${name}"; there are ${Object.keys(checks).join(', ')}`),
    ...Object.entries(checks)
      .filter(([name, { isValid }]) => !isValid(login[name]))
      .map(
        ([name, { expected }]) => `"login.${name}" must be ${expected}, not ${JSON.stringify(login[name])}`,
      ),
  ];
}

/** @param given has no problems, or misses what has a default */
export function withLoginDefaults(given: Pick<Login, 'issuer' | 'audience'> & Partial<Login>): Login {
  return { ...defaults, ...given };
}
