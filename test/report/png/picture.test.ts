import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knownLanguages, loadLocale } from "../../../src/report/locale.ts";
import { readFont } from "../../../src/report/png/font.ts";
import { loadFonts, pngOf } from "../../../src/report/png/picture.ts";
import { writeReport } from "../../../src/report/write_report.ts";
import { syntheticResult } from "../synthetic_result.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "png-"));
});
afterAll(() => {
  rmSync(dir, { recursive: true, force: true });
});

const svg = (text: string, style = ""): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="60" height="20"><text x="2" y="15" font-family="Arial, sans-serif" ${style}>${text}</text></svg>`;
const draw = async (text: string, style = ""): Promise<string> =>
  Buffer.from(await pngOf(svg(text, style), "a.png", loadFonts(null))).toString("base64");

/** Width and height in the header of a PNG. */
function sizeOf(png: Uint8Array): readonly [number, number] {
  const bytes = Buffer.from(png);
  expect(bytes.subarray(1, 4).toString()).toBe("PNG");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}

describe("PNG", () => {
  test("every chart has one in each language, twice as large; pages link to them when asked", async () => {
    const result = syntheticResult([{ run_id: "a" }]);
    const options = { outDir: dir, languages: ["en", "zh_CN"], pngFonts: loadFonts(null) };
    const { files } = await writeReport(result, { ...options, linked: "png" });
    const charts = files.filter((file) => file.endsWith(".svg"));
    expect(charts.length).toBeGreaterThan(6);
    for (const chart of charts) {
      const [, width, height] = /<svg [^>]*width="(\d+)" height="(\d+)"/.exec(readFileSync(chart, "utf8")) ?? [];
      const png = readFileSync(chart.replace(/\.svg$/, ".png"));
      expect(sizeOf(png)).toEqual([2 * Number(width), 2 * Number(height)]);
    }
    const page = readFileSync(join(dir, "ipam-performance-zh_CN.md"), "utf8");
    expect(page).toContain("(./charts/progress-zh_CN.png)");
    expect(page).not.toContain(".svg");
    await writeReport(result, options);
    expect(readFileSync(join(dir, "ipam-performance-zh_CN.md"), "utf8")).toContain("(./charts/progress-zh_CN.svg)");
  });

  test("Chinese letters are drawn, not boxes: each has its own look, and a bold one another", async () => {
    const looks = await Promise.all(["", "池", "泄", "A", "±", "…"].map((text) => draw(text)));
    expect(new Set(looks).size).toBe(looks.length);
    expect(await draw("池", 'font-weight="600"')).not.toBe(looks[1]);
  });

  test("the font has every letter that charts take from the locales", () => {
    const fonts = loadFonts(null);
    const drawn = /^(chart\.|phase\.\w+$|test_phase\.|scenario\.|failure_class\.\w+\.name$|word\.)/;
    const letters = new Set(
      knownLanguages().flatMap((language) =>
        [...loadLocale(language).messages].flatMap(([key, text]) => (drawn.test(key) ? [...text] : [])),
      ),
    );
    expect(letters.size).toBeGreaterThan(200);
    expect([...letters].filter((letter) => !fonts.some((font) => font.has(letter.codePointAt(0) ?? 0)))).toEqual([]);
  });

  test("a letter that no font has is an error that names the way out", async () => {
    await expect(draw("\u{1D11E}")).rejects.toThrow('a.png cannot be drawn: no font has the letter "\u{1D11E}"');
    await expect(pngOf(svg("池"), "a.png", [])).rejects.toMatchObject({
      message: "a.png cannot be drawn: there is no font to draw its text with",
      hint: expect.stringContaining("npm install @fontsource/noto-sans-sc") as string,
    });
  });

  test("a font of the user's own is taken first, packed or not", async () => {
    const woff = createRequire(import.meta.url).resolve(
      "@fontsource/noto-sans-sc/files/noto-sans-sc-latin-900-normal.woff",
    );
    const ttf = join(dir, "own.ttf");
    writeFileSync(ttf, readFont(readFileSync(woff))?.bytes ?? "");
    const pictures = await Promise.all([woff, ttf].map((path) => pngOf(svg("Ready"), "a.png", loadFonts(path))));
    const [packed, unpacked] = pictures.map((png) => Buffer.from(png).toString("base64"));
    expect(unpacked).toBe(packed);
    expect(unpacked).not.toBe(await draw("Ready"));
  });

  test("a file that is no font is an error", () => {
    const path = join(dir, "no_font.ttf");
    writeFileSync(path, "this is a text and no font");
    expect(() => loadFonts(path)).toThrow(/no_font\.ttf is no TrueType, OpenType or WOFF font/);
    expect(() => loadFonts(join(dir, "none.ttf"))).toThrow(/cannot be read/);
  });
});
