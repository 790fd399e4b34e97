import { existsSync } from "node:fs";
import path from "node:path";
import { projectFiles, readText, root } from "./files.mjs";

const TOP_FOLDERS = /^(\.ci|app|bench|components|device|docs|e2e|lib|prisma|services)\/[\w()[\]./@-]+$/;
const withoutFences = (text) => text.replace(/^(```|~~~)[\s\S]*?^\1/gm, "");

/** GitHub's rule for the anchor of a heading. */
export function slug(heading) {
  const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, "$1").replace(/[`*_]/g, (mark) => (mark === "_" ? "_" : ""));
  return text
    .trim()
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .replace(/\s/g, "-");
}

function anchorsOf(text) {
  return withoutFences(text)
    .split("\n")
    .filter((line) => /^#{1,6} /.test(line))
    .map((line) => slug(line.replace(/^#+ /, "")));
}

/**
 * Everything that leads nowhere in one Markdown text: links and pictures to missing files or headings, and paths in
 * `code marks` that no longer exist. `exists` and `read` take paths relative to the project's root.
 */
export function deadLinks(file, text, { exists, read }) {
  const problems = [];
  const body = withoutFences(text);
  const targets = [...body.matchAll(/\[[^\]]*\]\(\s*<?([^)\s>]+)>?[^)]*\)|<(?:img|a|source)\b[^>]*?(?:src|href|srcset)="([^"]+)"/g)];
  for (const [, link, attribute] of targets) {
    const target = link ?? attribute;
    if (/^[a-z][a-z0-9+.-]*:/i.test(target)) continue;
    const [address, anchor] = target.split("#");
    const place = address === "" ? file : path.posix.normalize(path.posix.join(path.posix.dirname(file), decodeURI(address)));
    if (!exists(place)) problems.push(`${file}: ${target} does not exist`);
    else if (anchor && place.endsWith(".md") && !anchorsOf(place === file ? text : read(place)).includes(anchor))
      problems.push(`${file}: no heading #${anchor} in ${place}`);
  }
  for (const [, code] of body.matchAll(/`([^`\n]+)`/g)) {
    const place = code.replace(/:\d+$/, "");
    if (TOP_FOLDERS.test(place) && !exists(place.replace(/\/$/, ""))) problems.push(`${file}: \`${code}\` does not exist`);
  }
  return problems;
}

export function checkDocLinks() {
  const files = projectFiles().filter((file) => file.endsWith(".md"));
  const disk = { exists: (file) => existsSync(path.join(root, file)), read: readText };
  return files.flatMap((file) => deadLinks(file, readText(file), disk));
}
