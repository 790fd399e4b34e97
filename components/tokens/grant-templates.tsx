import { TEMPLATE_IDS, type TemplateId, templateOf } from "@/lib/domain/tokens/templates";
import classes from "./grant-page.module.css";

export function GrantTemplates({ chosen, onChoose }: { chosen: TemplateId; onChoose: (id: TemplateId) => void }) {
  return (
    <fieldset className={classes.section}>
      <legend className={classes.title}>
        <span>1</span> Start from
      </legend>
      <div className={classes.templates}>
        {TEMPLATE_IDS.map((id) => {
          const { title, about } = templateOf(id);
          return (
            <button key={id} type="button" className={classes.template} aria-pressed={chosen === id} onClick={() => onChoose(id)}>
              <strong>{title}</strong>
              <span>{about}</span>
            </button>
          );
        })}
      </div>
    </fieldset>
  );
}
