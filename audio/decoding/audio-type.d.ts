// The package ships no types.
declare module 'audio-type' {
  /** Name of the container or codec that the first bytes announce, for example `mp3` or `m4a`. */
  export default function getType(bytes: Uint8Array): string | undefined;
}
