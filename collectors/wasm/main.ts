export * from "./columns/calls";
export * from "./logs/calls";
export * from "./logs/record_view";
