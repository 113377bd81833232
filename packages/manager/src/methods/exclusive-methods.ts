// Methods of every object beside its own. No method of a class can be mistaken for them, since none begins with a dollar sign.

/** Begins the exclusive section that the call was made in. */
export const ENTER = '$enter';
/** Ends it. */
export const LEAVE = '$leave';
