interface Part {
  artifactName: string;
  identity?: string;
  hardenedRuntime?: boolean;
  notarize?: boolean;
}

export interface DistConfig {
  readonly mac: Part;
  readonly win: Part;
  readonly nsis: Part;
  readonly linux: Part;
  readonly publish: { readonly provider: string; readonly owner: string; readonly repo: string } | null;
  readonly extraMetadata: { readonly homepage: string };
  readonly electronFuses: Readonly<Record<string, boolean>>;
  readonly electronDist?: string;
  readonly electronVersion?: string;
}

export function distConfig(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): DistConfig;

export function packConfig(
  runtime: { readonly executablePath: string; readonly version: string },
  output: string,
): DistConfig;
