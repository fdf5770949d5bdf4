// The part of spotify-web-api-node that is used. Bodies are unknown on purpose: what Spotify sends is read with shapes.ts.

declare module 'spotify-web-api-node' {
  interface Answer {
    readonly body: unknown;
    readonly statusCode: number;
  }
  export default class SpotifyWebApi {
    constructor(credentials: { readonly clientId: string; readonly clientSecret: string });
    setAccessToken(token: string): void;
    clientCredentialsGrant(): Promise<Answer>;
    searchTracks(query: string, options: { readonly limit: number }): Promise<Answer>;
    searchAlbums(query: string, options: { readonly limit: number }): Promise<Answer>;
    getTrack(id: string): Promise<Answer>;
    getAlbum(id: string): Promise<Answer>;
  }
}

declare module 'spotify-web-api-node/src/http-manager.js' {
  export interface LibraryRequest {
    getHost(): string;
    getPath(): string;
    getQueryParameters(): Readonly<Record<string, string | number | undefined>> | undefined;
    getHeaders(): Readonly<Record<string, string>> | undefined;
    getBodyParameters(): Readonly<Record<string, string>> | undefined;
  }
  export type LibraryCallback = (
    error: unknown,
    answer?: { readonly body: unknown; readonly headers: object; readonly statusCode: number },
  ) => void;
  const httpManager: {
    get: (request: LibraryRequest, callback: LibraryCallback) => void;
    post: (request: LibraryRequest, callback: LibraryCallback) => void;
    put: (request: LibraryRequest, callback: LibraryCallback) => void;
    del: (request: LibraryRequest, callback: LibraryCallback) => void;
  };
  export default httpManager;
}
