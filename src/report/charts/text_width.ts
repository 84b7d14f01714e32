const WIDE = /[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uff60\u3000-\u303f]/;
const NARROW = /[ijl.,:;'|!()[\]]/;
const CAPITAL = /[A-Z@%mwMW]/;

/** Width of `text` in units of its font size: a CJK character is a full square, which Vega's own estimate is not. */
export function textWidth(text: string): number {
  let width = 0;
  for (const character of text)
    width += WIDE.test(character) ? 1 : NARROW.test(character) ? 0.32 : CAPITAL.test(character) ? 0.74 : 0.57;
  return width;
}
