/** The value of a secret, and the version that it is of. */
export interface SecretValue {
  readonly value: string;
  readonly versionId: string;
}

/** Reads the secrets that manifests name. */
export interface Secrets {
  /**
   * @throws GateloopError `SecretMissing` when there is no such secret, or it is not text; with the service's code for other
   * failures, retryable where the same read may succeed later
   */
  read(name: string): Promise<SecretValue>;
}

/** Tells of secrets without reading their values. */
export interface SecretVersionReader {
  /**
   * @returns the VersionId of the current value
   * @throws GateloopError `SecretMissing` when there is no such secret, or it has no value; as `read` for other failures
   */
  currentVersion(name: string): Promise<string>;
}
