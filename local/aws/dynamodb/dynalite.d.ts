declare module 'dynalite' {
  import type { Server } from 'node:http';

  /** @param options `path`: where to keep the data; in memory when left out */
  export default function dynalite(options: {
    path?: string;
    createTableMs?: number;
    deleteTableMs?: number;
    updateTableMs?: number;
  }): Server;
}
