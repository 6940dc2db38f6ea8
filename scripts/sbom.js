/** The software bill of materials that is published with the bundle: CycloneDX, as JSON. */
import { Contrib, Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';

const { ExternalReferenceFactory } = Contrib.FromNodePackageJson.Factories;
const { LicenseFactory } = Contrib.License.Factories;
const components = new Contrib.FromNodePackageJson.Builders.ComponentBuilder(
  new ExternalReferenceFactory(),
  new LicenseFactory(),
);

/**
 * Without a time and without a serial number: the same bundle has the same bill.
 *
 * @param {object} program our package.json
 * @param {readonly { manifest: any }[]} packages what is bundled
 * @returns {string}
 */
export function billOfMaterials(program, packages) {
  const metadata = new Models.Metadata({
    component: componentOf(program, Enums.ComponentType.Application),
  });
  const bom = new Models.Bom({ metadata });
  for (const { manifest } of packages) bom.components.add(componentOf(manifest));
  const format = new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6);
  const text = new Serialize.JsonSerializer(format).serialize(bom, { sortLists: true, space: 2 });
  return `${text}\n`;
}

function componentOf(manifest, type = Enums.ComponentType.Library) {
  const component = components.makeComponent(manifest, type);
  if (!component) throw new Error(`${manifest.name} has no manifest that can be read`);
  const name = manifest.name.replace('@', '%40');
  component.purl = `pkg:npm/${name}@${encodeURIComponent(manifest.version)}`;
  component.bomRef.value = component.purl;
  return component;
}
