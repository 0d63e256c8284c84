// The panels' styles, which Python writes here when it joins the modules.

export const STYLES = "";
