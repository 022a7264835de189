// Sets the theme before the first paint. Apart from the bundle because a module runs too late and the content security
// policy allows no inline script. The settings themselves live with the lab; this is the copy of the last visit.
(() => {
  let settings = {};
  try {
    settings = JSON.parse(localStorage.getItem('evenkeel.settings') || '{}');
  } catch {
    // storage can be switched off; then the system's theme it is
  }
  const light =
    settings.theme === 'light' || (settings.theme !== 'dark' && matchMedia('(prefers-color-scheme: light)').matches);
  document.documentElement.dataset.theme = light ? 'light' : 'dark';
  if (settings.projector === true) document.documentElement.dataset.projector = '';
})();
