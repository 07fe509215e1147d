/** Reads the secrets that manifests name. */
export interface Secrets {
  /** @throws GateloopError `SecretMissing` when there is no such secret, or it is not text */
  read(name: string): Promise<string>;
}
