// Streamlit has no translations: this puts its own fixed words into Spanish as they appear.
// Only exact matches of the interface's own elements are touched, never what people wrote.
(() => {
  const WORDS = new Map(Object.entries({
    "Upload": "Subir archivo",
    "Browse files": "Elegir archivo",
    "Drag and drop file here": "Arrastre aquí el archivo",
    "Drag and drop files here": "Arrastre aquí los archivos",
    "No results": "Sin resultados",
    "No options to select.": "No hay opciones.",
    "No options to select": "No hay opciones",
    "Select all": "Elegir todo",
    "Select all matches": "Elegir los que coinciden",
    "Clear all": "Quitar todo",
    "Choose an option": "Elija una opción",
    "Choose options": "Elija",
    "Press Enter to apply": "Pulse Intro para aplicar",
    "Press Ctrl+Enter to apply": "Pulse Ctrl+Intro para aplicar",
    "Press ⌘+Enter to apply": "Pulse ⌘+Intro para aplicar",
    "Press Enter to submit form": "Pulse Intro para enviar",
    "Time": "Hora",
    "Choose a date": "Elija la fecha",
    "Choose date and time": "Elija fecha y hora",
    "Select a date": "Elija la fecha",
    "Select a date.": "Elija la fecha.",
    "Page not found": "Página no encontrada",
    "Connecting": "Conectando",
    "CONNECTING": "CONECTANDO",
    "Connection error": "Sin conexión",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:": "El tablero no responde. Espere un momento; se reconectará solo.",
    "Running...": "Trabajando…",
    "Running": "Trabajando",
    "Stop": "Detener",
    "Rerun": "Recargar",
    "Show/hide columns": "Mostrar u ocultar columnas",
    "Download as CSV": "Descargar CSV",
    "Search": "Buscar",
    "Fullscreen": "Pantalla completa",
    "Close fullscreen": "Salir de pantalla completa",
    "Exit fullscreen": "Salir de pantalla completa",
    "Close": "Cerrar",
    "Show password text": "Mostrar la contraseña",
    "Hide password text": "Ocultar la contraseña",
    "View more": "Ver más",
    "View less": "Ver menos",
    "Open sidebar": "Abrir el menú",
    "Close sidebar": "Cerrar el menú",
    "Expand sidebar": "Abrir el menú",
    "Collapse sidebar": "Cerrar el menú",
    "Remove": "Quitar",
    "Clear value": "Borrar",
    "Clear": "Borrar",
    "Previous page": "Página anterior",
    "Next page": "Página siguiente",
    "Loading...": "Cargando…",
    "Skip to main content": "Ir al contenido",
    "Sidebar": "Menú lateral",
    "App pages": "Páginas",
    "Selected values": "Elegidos",
    "Open": "Abrir",
    "file upload": "subir archivo",
    "Empty": "Sin dato",
    "Clear date and time": "Borrar fecha y hora",
    "chevron_left icon": "Anterior",
    "chevron_right icon": "Siguiente",
    "arrow_upward icon": "Subir",
    "delete icon": "Quitar",
    "add icon": "Agregar otro",
    "yyyy": "aaaa",
  }));
  const PATTERNS = [
    [/^(\d+(?:\.\d+)?)\s?(KB|MB|GB) per file(.*)$/, "Hasta $1 $2 por archivo$3"],
    [/^Limit (\d+\s?(?:KB|MB|GB)) per file(.*)$/, "Hasta $1 por archivo$2"],
    [/^Remove (.+)$/, "Quitar $1"],
    [/^Help for (.+)$/, "Ayuda: $1"],
    [/^Shortcut (.+)$/, "Atajo: $1"],
    [/^Show data: (.+)$/, "Ver los datos: $1"],
    [/^Download as PNG: (.+)$/, "Descargar como PNG: $1"],
    [/^Fullscreen: (.+)$/, "Pantalla completa: $1"],
    [/^Selected Date: .+$/, "Ya hay una fecha elegida"],
    [/^day, (.+)$/, "día, $1"],
    [/^month, (.+)$/, "mes, $1"],
    [/^year, (.+)$/, "año, $1"],
    [/^hour, (.+)$/, "hora, $1"],
    [/^minute, (.+)$/, "minuto, $1"],
    [/^File must be (.+) or smaller\.?$/, "El archivo debe pesar $1 o menos."],
    [/^(.+) files are not allowed\.?$/, "No se admiten archivos $1."],
  ];
  const ATTRIBUTES = ["aria-label", "aria-valuetext", "title", "placeholder"];
  // what people wrote lives here: words in it stay as they are
  const OURS = "[data-testid=stMarkdownContainer], [data-testid=stHtml], textarea, input";
  const THEIRS = "[data-testid=stFileUploaderDropzone]";

  function put(text) {
    const trimmed = text.trim();
    if (!trimmed || trimmed.length > 140) return null;
    const word = WORDS.get(trimmed);
    if (word) return text.replace(trimmed, word);
    for (const [pattern, spanish] of PATTERNS)
      if (pattern.test(trimmed)) return text.replace(trimmed, trimmed.replace(pattern, spanish));
    return null;
  }

  function visit(node) {
    if (node.nodeType === Node.TEXT_NODE) {
      if (node.parentElement && (node.parentElement.closest(THEIRS) || !node.parentElement.closest(OURS))) {
        const spanish = put(node.data);
        if (spanish !== null && spanish !== node.data) node.data = spanish;
      }
      return;
    }
    if (node.nodeType !== Node.ELEMENT_NODE || node.matches("script, style")) return;
    for (const name of ATTRIBUTES) {
      const value = node.getAttribute(name);
      const spanish = value && put(value);
      if (spanish && spanish !== value) node.setAttribute(name, spanish);
    }
    // the menu's headings are divs in a list: the list role would be wrong for a screen reader
    if (node.matches("[data-testid=stSidebarNavItems]")) node.setAttribute("role", "none");
    for (const child of node.childNodes) visit(child);
  }

  const watch = new MutationObserver((changes) => {
    for (const change of changes) {
      if (change.type === "childList") change.addedNodes.forEach(visit);
      else visit(change.target);
    }
  });
  const begin = () => {
    visit(document.body);
    watch.observe(document.body, {
      childList: true, subtree: true, characterData: true,
      attributes: true, attributeFilter: ATTRIBUTES,
    });
  };
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();
