// The panels' styles, which Python writes here when it joins the modules.

export const STYLES = ""; // in the stage
export const CHART_STYLES = ""; // in the document
