import type { ToolAnswer } from "../call/shape.ts";
import type { Principal } from "../identity/principal.ts";
import type { InputResponses } from "../interaction.ts";
import type { Page, PageRequest } from "../storage/records.ts";
import type { OperationState } from "./operation-of.ts";
import type { OperationEvent, OperationView } from "./view.ts";

export interface OperationQuery extends PageRequest {
  states?: readonly OperationState[] | undefined;
  tool?: string | undefined;
  /** Made at this time or later, and before `to`. */
  from?: number | undefined;
  to?: number | undefined;
  /** Whose; only an administrator sees other people's. */
  principal_id?: string | undefined;
}

/**
 * Durable work, for whoever asked for it and for administrators of the tenant; for anybody else there is none
 * (`not_found`).
 */
export interface Operations {
  get(principal: Principal, id: string): Promise<OperationView>;
  /** Newest first; one's own, unless an administrator asks. Without results. */
  list(principal: Principal, query: OperationQuery): Promise<Page<OperationView>>;
  /** Ends one that has not begun. Throws `conflict` for what is under way at an upstream, or over. */
  cancel(principal: Principal, id: string): Promise<OperationView>;
  /** Hands in answers to what one's own asks; it goes on then. Keys that it does not ask for are ignored. */
  answer(principal: Principal, id: string, responses: InputResponses): Promise<OperationView>;
  /** What the tool's call answers in the end. Throws its error where it failed, `conflict` while it has not ended. */
  outcomeOf(principal: Principal, id: string): Promise<ToolAnswer>;
  /** Resolves when it has ended or asks something, at the latest after `ms`, with how it stands then. */
  waitFor(
    principal: Principal,
    id: string,
    ms: number,
    onProgress?: (view: OperationView) => void,
    signal?: AbortSignal,
  ): Promise<OperationView>;
  /** Calls back for each change of a tenant's operations, on whichever replica it happened. */
  watch(tenant_id: string, onEvent: (event: OperationEvent) => void): Promise<() => void>;
}
