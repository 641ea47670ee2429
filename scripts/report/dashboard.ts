// What deploy/grafana/bench.json has to be: a dashboard by Grafana's own types, which its Foundation SDK
// generates from the schemas of Grafana. scripts/steps/dashboard.sh puts the file behind this and lets the
// compiler judge: every name known, every value of its type, nothing missing.
import type { Dashboard, Panel } from "@grafana/grafana-foundation-sdk/dashboard";
import type { Dataquery } from "@grafana/grafana-foundation-sdk/prometheus";
import type * as stat from "@grafana/grafana-foundation-sdk/stat";
import type * as table from "@grafana/grafana-foundation-sdk/table";
import type * as timeseries from "@grafana/grafana-foundation-sdk/timeseries";

// As JSON has it: the text that a member of an enumeration stands for, and no methods.
type Plain<T> = T extends string ? `${T}`
  : T extends (infer E)[] ? Plain<E>[]
  : T extends object ? { [K in keyof T as K extends `_${string}` ? never : K]: Plain<T[K]> }
  : T;

type Fields = Plain<NonNullable<Panel["fieldConfig"]>>;

// The SDK's panel leaves to each type of panel what its options are, and to each data source what a query is.
type Of<Type extends string, Options, Custom> = Omit<Plain<Panel>, "type" | "targets" | "options" | "fieldConfig"> & {
  type: Type;
  targets: Plain<Dataquery>[];
  options: Plain<Options>;
  fieldConfig: Omit<Fields, "defaults"> & {
    defaults: Omit<Fields["defaults"], "custom"> & { custom?: Plain<Custom> };
  };
};

type Ours = Omit<Plain<Dashboard>, "panels"> & {
  panels: (
    | Of<"stat", stat.Options, never>
    | Of<"table", table.Options, table.FieldConfig>
    | Of<"timeseries", timeseries.Options, timeseries.FieldConfig>
  )[];
};

export const dashboard: Ours =
