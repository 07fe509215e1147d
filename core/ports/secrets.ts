/** Where secrets stand that manifests only name. */
export interface Secrets {
  /** @throws GateloopError `SecretMissing` when there is no such secret, or it is no text */
  read(name: string): Promise<string>;
}
