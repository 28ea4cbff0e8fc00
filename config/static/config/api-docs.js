// Swagger UI from our own host; the validator badge would ask another one.
const place = document.getElementById("api-docs");
window.SwaggerUIBundle({
  domNode: place,
  url: place.dataset.schema,
  deepLinking: true,
  validatorUrl: null,
  displayRequestDuration: true,
});
