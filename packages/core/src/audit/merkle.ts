import { hash } from "node:crypto";

/** One step from a leaf to the root: the hash beside it, and on which side that stands. */
export interface Step {
  side: "left" | "right";
  hash: string;
}

/** The root of a tree without leaves. */
const EMPTY = hash("sha256", "fairlead audit empty v1", "hex");

export function hashLeaf(text: string): string {
  return hash("sha256", `fairlead audit leaf v1\n${text}`, "hex");
}

function hashNode(left: string, right: string): string {
  return hash("sha256", `fairlead audit node v1\n${left}\n${right}`, "hex");
}

/** Leaves stand in the order of their hashes, so that a leaf's place says nothing of whose it is. */
export function rootOf(leaves: readonly string[]): string {
  return treeOf(leaves).at(-1)?.[0] ?? EMPTY;
}

/** Proves that a leaf is under the root, and shows nothing of the others but hashes. */
export function pathTo(leaf: string, leaves: readonly string[]): Step[] {
  const path: Step[] = [];
  const levels = treeOf(leaves);
  let index = levels[0]?.indexOf(leaf) ?? -1;
  if (index < 0) throw new Error("There is no path to a leaf that is not in the tree.");
  for (const level of levels.slice(0, -1)) {
    const isRight = index % 2 === 1;
    const beside = level[isRight ? index - 1 : index + 1];
    // The last of an odd level goes up as it is.
    if (beside !== undefined) path.push({ side: isRight ? "left" : "right", hash: beside });
    index = Math.floor(index / 2);
  }
  return path;
}

export function rootFrom(leaf: string, path: readonly Step[]): string {
  return path.reduce(
    (at, { side, hash: beside }) => (side === "left" ? hashNode(beside, at) : hashNode(at, beside)),
    leaf,
  );
}

function treeOf(leaves: readonly string[]): string[][] {
  const levels = [leaves.toSorted()];
  for (let level = levels[0] ?? []; level.length > 1; ) {
    const above: string[] = [];
    for (let index = 0; index < level.length; index += 2) {
      const [left = "", right] = level.slice(index, index + 2);
      above.push(right === undefined ? left : hashNode(left, right));
    }
    levels.push(above);
    level = above;
  }
  return levels;
}
