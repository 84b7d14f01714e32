import { initWasm, Resvg } from "@resvg/resvg-wasm";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { CliError } from "../../errors.ts";
import { readFont, type Font } from "./font.ts";

/** Pixels of a picture for each of the chart's own. */
const SCALE = 2;
const FONT_PACKAGE = "@fontsource/noto-sans-sc";
/** Latin letters are in the Chinese files too. */
const FONT_WEIGHTS = ["400", "700"];
const HINT = `Install one with \`npm install ${FONT_PACKAGE}\`, or name a TrueType, OpenType or WOFF file with --font.`;

/**
 * The fonts that letters of a picture are taken from, the user's own before those of the package; those of the machine
 * are not used, so that a picture is the same everywhere.
 *
 * @throws CliError ERR_INPUT when the user's file is no font
 */
export function loadFonts(own: string | null): Font[] {
  return [...(own === null ? [] : [ownFont(own)]), ...packageFonts()];
}

function ownFont(path: string): Font {
  let font: Font | null;
  try {
    font = readFont(readFileSync(path));
  } catch (cause) {
    throw new CliError("ERR_INPUT", `font ${path} cannot be read`, { cause });
  }
  if (font !== null) return font;
  throw new CliError("ERR_INPUT", `${path} is no TrueType, OpenType or WOFF font`);
}

function packageFonts(): Font[] {
  const { resolve } = createRequire(import.meta.url);
  return FONT_WEIGHTS.flatMap((weight) => {
    let path: string;
    try {
      path = resolve(`${FONT_PACKAGE}/files/noto-sans-sc-chinese-simplified-${weight}-normal.woff`);
    } catch {
      return [];
    }
    return existsSync(path) ? (readFont(readFileSync(path)) ?? []) : [];
  });
}

let isReady: Promise<void> | null = null;

/**
 * An SVG picture as PNG, twice as large.
 *
 * @throws CliError ERR_OUTPUT when no font has one of its letters: there would be a box instead
 */
export async function pngOf(svg: string, name: string, fonts: readonly Font[]): Promise<Uint8Array> {
  const missing = missingLetter(svg, fonts);
  if (missing !== null) {
    const what = fonts.length === 0 ? "there is no font to draw its text with" : `no font has the letter "${missing}"`;
    throw new CliError("ERR_OUTPUT", `${name} cannot be drawn: ${what}`, { hint: HINT });
  }
  isReady ??= initWasm(readFileSync(createRequire(import.meta.url).resolve("@resvg/resvg-wasm/index_bg.wasm")));
  await isReady;
  const [family = ""] = fonts.map((font) => font.family);
  const picture = new Resvg(svg, {
    fitTo: { mode: "zoom", value: SCALE },
    font: {
      fontBuffers: fonts.map(({ bytes }) => bytes),
      defaultFontFamily: family,
      sansSerifFamily: family,
    },
  });
  const image = picture.render();
  try {
    return image.asPng();
  } finally {
    image.free();
    picture.free();
  }
}

/** The first letter in the texts of an SVG that no font has; null when there is none. */
function missingLetter(svg: string, fonts: readonly Font[]): string | null {
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text = ""]) => text);
  const letters = new Set(texts.join("").replace(/&(?:amp|lt|gt|quot);/g, ""));
  for (const letter of letters) {
    if (letter.trim() !== "" && !fonts.some((font) => font.has(letter.codePointAt(0) ?? 0))) return letter;
  }
  return null;
}
