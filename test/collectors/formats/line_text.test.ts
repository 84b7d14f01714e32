import { expect, test } from "vitest";
import { wordAt } from "../../../collectors/formats/known_words.ts";
import { LineText } from "../../../collectors/formats/line_text.ts";

function lineOf(text: string): LineText {
  const line = new LineText();
  line.setText(text);
  return line;
}

test.each(["pod=1", "größe=1", "名字 key=1", "\u0080=1", "€uro 12"])(
  "codes stand beside the characters of %s",
  (text) => {
    const line = lineOf(text);
    const codes = [...Array(text.length).keys()].map((pos) => line.code(pos));
    expect(codes).toEqual(text.split("").map((character) => Math.min(character.charCodeAt(0), 0x80)));
    expect([line.code(-1), line.code(text.length)]).toEqual([-1, -1]);
  },
);

test("bytes around the text are not part of it", () => {
  const line = new LineText();
  line.setBytes("12", Buffer.from("91234"), 1);
  expect([line.digits(0, 2), line.digits(0, 3), line.digits(-1, 2)]).toEqual([12, -1, -1]);
});

test("keys are told apart whatever characters they have", () => {
  const names = ["pod", "pods", "\u0080", "\u0081", "é", "key_with_a_name_that_is_longer_than_most_of_them", ""];
  const read = (name: string): string => wordAt(lineOf(`x${name}=`), 1, 1 + name.length);
  expect([...names, ...names].map(read)).toEqual([...names, ...names]);
});
