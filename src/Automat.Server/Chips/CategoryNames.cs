using Automat.Domain;
using Automat.Server.Catalog;
using Automat.Server.Data;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Chips;

/// <summary>Limits of chips name categories: such a category keeps its name, or a chip could buy what it is locked out of.</summary>
internal sealed class CategoryNames(AutomatDb db) : ICategoryUse
{
    public async Task<bool> NamesAsync(Id<Organization> organization, string category, CancellationToken ct) =>
        await db.Database.SqlQuery<bool>(
            $"""
            select exists (
                select from (
                    select limits from chip_settings where organization_id = {organization.Value}
                    union all select limits from chip_groups where organization_id = {organization.Value}
                    union all select limits from chips where organization_id = {organization.Value}) l
                where jsonb_exists(limits -> 'locks', {category}) or jsonb_exists(limits -> 'categories', {category})) as "Value"
            """).SingleAsync(ct);
}
