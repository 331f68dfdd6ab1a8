/* What axe finds on a page, by `rules`: all that are on by default, its advice on good practice included, or only those on
   colours, or only the others. */
async rules => {
  // contrast is the slow rule: ask about one element of each look, by its colours, its size and what lies below it
  const looks = new Map(), below = new Map();
  const ground = element => {
    if (!element) return '';
    if (!below.has(element)) {
      const s = getComputedStyle(element);
      const own = [s.backgroundColor, s.backgroundImage, s.opacity, s.filter, s.mixBlendMode, s.position].join();
      const plain = own === 'rgba(0, 0, 0, 0),none,1,none,normal,static';
      below.set(element, ground(element.parentElement) + (plain ? '' : '/' + own));
    }
    return below.get(element);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let text; (text = walker.nextNode());) {
    const element = text.parentElement;
    if (!text.data.trim() || !element.checkVisibility({ visibilityProperty: true })) continue;
    const s = getComputedStyle(element);
    const look = [s.color, s.fontSize, s.fontWeight, s.textDecorationLine, s.textShadow, ground(element)].join();
    if (!looks.has(look)) looks.set(look, element);
  }
  const about = { resultTypes: ['violations'], preload: false }, runs = [];
  if (rules !== 'others') {
    runs.push(await axe.run({ include: [...looks.values()] }, { ...about, runOnly: ['color-contrast'] }));
    runs.push(await axe.run({ ...about, runOnly: ['link-in-text-block'] }));
  }
  if (rules !== 'colours') {
    const off = { 'color-contrast': { enabled: false }, 'link-in-text-block': { enabled: false } };
    runs.push(await axe.run({ ...about, rules: off }));
  }
  return runs.flatMap(run => run.violations).flatMap(rule => rule.nodes.map(node =>
    `${rule.id}: ${rule.help}: ${node.html.replace(/\s+/g, ' ').slice(0, 160)}`));
}
