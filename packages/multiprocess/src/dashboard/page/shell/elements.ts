// What is shown comes from memory that other programs write: it becomes text only, never markup.

interface Settings {
  readonly className?: string;
  readonly text?: string;
  readonly children?: readonly Node[];
}

/** Makes an element with a text or children. */
export function element<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  { className, text, children = [] }: Settings = {},
): HTMLElementTagNameMap[K] {
  const made = document.createElement(tag);
  if (className !== undefined) made.className = className;
  if (text !== undefined) made.textContent = text;
  made.append(...children);
  return made;
}

/** The element of the page with that id. */
export function byId(id: string): HTMLElement {
  const found = document.getElementById(id);
  if (found === null) throw new Error(`The page has no #${id}`);
  return found;
}

/** Sets a text if it is another one, so that what is selected stays selected. */
export function setText(node: Node, text: string): void {
  if (node.textContent !== text) node.textContent = text;
}

/** Sets or removes the attribute `data-<key>`. */
export function setData(node: Element, key: string, value: string | undefined): void {
  const name = `data-${key}`;
  if (value === undefined) node.removeAttribute(name);
  else if (node.getAttribute(name) !== value) node.setAttribute(name, value);
}

/** Makes these the children of a node, in this order; moves only those that stand elsewhere. */
export function setChildren(parent: Node, children: readonly Node[]): void {
  let at = parent.firstChild;
  for (const child of children) {
    if (child === at) at = at.nextSibling;
    else parent.insertBefore(child, at);
  }
  while (at !== null) {
    const next = at.nextSibling;
    parent.removeChild(at);
    at = next;
  }
}
