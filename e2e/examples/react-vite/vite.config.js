export default {
  // The development server would copy the package's modules away from the worker and the model that
  // lie beside them. A build needs no setting.
  optimizeDeps: { exclude: ["inkspan"] },
};
