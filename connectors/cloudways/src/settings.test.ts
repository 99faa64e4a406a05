import { expect, test } from "vitest";
import { settings } from "./settings.ts";

test.each([
  "https://api.cloudways.com",
  "http://localhost:4000",
  "http://127.0.0.1:4000",
  "http://127.8.9.1",
  "http://[::1]:4000",
  "http://fake.localhost",
])("takes the address %s", (base_url) => {
  expect(settings.parse({ base_url }).base_url).toBe(base_url);
});

test.each([
  "http://api.cloudways.com",
  "http://127.0.0.1.example.com",
  "http://localhost.example.com",
  "http://notlocalhost",
  "http://10.0.0.1",
  "http://[::2]",
])(
  "takes no plain http beyond this machine, where a credential could be overheard (%s)",
  (base_url) => {
    const { error } = settings.safeParse({ base_url });
    expect(error?.issues.map(({ message }) => message)).toEqual([
      "has to begin with https://; plain http:// is only for this very machine",
    ]);
  },
);

test("reads an address as URL does: what stands before the last @ is no host", () => {
  const { error } = settings.safeParse({ base_url: "http://user@127.0.0.1@api.example" });
  expect(error?.issues.map(({ message }) => message)).toEqual([
    "has to begin with https://; plain http:// is only for this very machine",
    "has to be without a user and password: settings are no place for secrets",
  ]);
});

test.each(["https://user:word@api.example", "https://user@api.example", "http://:word@127.0.0.1"])(
  "takes no user or password in an address, which would be kept and shown (%s)",
  (base_url) => {
    const { error } = settings.safeParse({ base_url });
    expect(error?.issues.map(({ message }) => message)).toEqual([
      "has to be without a user and password: settings are no place for secrets",
    ]);
  },
);

test("says once what is no address at all", () => {
  const { error } = settings.safeParse({ base_url: "nowhere" });
  expect(error?.issues.map(({ message }) => message)).toEqual(["Invalid URL"]);
});
