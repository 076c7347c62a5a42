using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Machines.Planograms;

internal sealed class PlanogramTables : ITables
{
    public void Map(ModelBuilder model)
    {
        model.Entity<PlanogramDraft>(draft =>
        {
            draft.ToTable("planogram_drafts");
            draft.IsNotAudited("Nobody sees it but those who work at it; what is published of it is audited slot by slot.");
            draft.HasKey(d => d.MachineId); // one draft for a machine
            draft.Property(d => d.OrganizationId).IsId();
            draft.Property(d => d.Original).HasColumnType("jsonb");
            draft.Property(d => d.Slots).HasColumnType("jsonb");
            draft.Property(d => d.ChangedBy).HasMaxLength(100);
        });
        model.Entity<PlanogramVersion>(version =>
        {
            version.ToTable("planogram_versions");
            version.IsNotAudited("A log by itself, which is only added to; the slots it changed are audited.");
            version.HasKey(v => new { v.MachineId, v.Number }); // a machine's versions, newest first
            version.Property(v => v.OrganizationId).IsId();
            version.Property(v => v.Slots).HasColumnType("jsonb");
            version.Property(v => v.PublishedBy).HasMaxLength(100);
            version.Property(v => v.Note).HasMaxLength(200);
        });
        model.Entity<PlanogramTemplate>(template =>
        {
            template.ToTable("planogram_templates");
            template.IsAudited("planogram_template");
            template.HasKey(t => t.Id);
            template.Property(t => t.Id).IsId();
            template.Property(t => t.OrganizationId).IsId();
            template.Property(t => t.Name).HasMaxLength(60).MayBeShown("what a layout is called");
            template.Property(t => t.Slots).HasColumnType("jsonb");
            template.HasIndex(t => new { t.OrganizationId, t.Name }).IsUnique(); // a name means one layout
        });
    }
}
