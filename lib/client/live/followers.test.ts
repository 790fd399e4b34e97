import { expect, test } from "vitest";
import { Followers } from "./followers";

function fakeLink() {
  const filters: string[] = [];
  return {
    filters,
    attach(filter: string) {
      filters.push(filter);
      return () => void filters.splice(filters.indexOf(filter), 1);
    },
  };
}

test("who asks before there is a link is attached when it comes", () => {
  const followers = new Followers();
  const stop = followers.add("a");
  const link = fakeLink();
  followers.use(link);
  expect(link.filters).toEqual(["a"]);
  stop();
  expect(link.filters).toEqual([]);
});

test("a new link takes everybody over, who left stays away", () => {
  const followers = new Followers();
  const first = fakeLink();
  followers.use(first);
  followers.add("a");
  followers.add("b")();
  const second = fakeLink();
  followers.use(second);
  expect(first.filters).toEqual([]);
  expect(second.filters).toEqual(["a"]);
});
