import { testStore } from "@fairlead/testkit/contracts/test-store";
import { createMemoryStore } from "./memory-store.ts";

testStore(() => createMemoryStore());
