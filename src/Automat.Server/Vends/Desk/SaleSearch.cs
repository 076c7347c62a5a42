using System.Security.Claims;
using Automat.Domain;
using Automat.Domain.Vends;
using Automat.Server.Data;
using Automat.Server.Panel;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Vends.Desk;

/// <summary>Finds a sale from anywhere by its id, its payment, or the code that opened it.</summary>
internal sealed class SaleSearch(AutomatDb db, IStringLocalizer<Texts> t) : IPanelSearch
{
    private const int LongestCode = 16;

    public async Task<IReadOnlyList<PanelHit>> FindAsync(ClaimsPrincipal who, string text, int most, CancellationToken ct)
    {
        if (!who.Allows(Permission.SalesRead)) return [];
        var organization = who.OrganizationOf();
        var sales = db.Set<Vend>().AsNoTracking().Where(v => v.Organization == organization);
        if (Guid.TryParse(text, out var id))
        {
            var wanted = new Id<Vend>(id);
            sales = sales.Where(v => v.Id == wanted);
        }
        else if (text.StartsWith("cs_", StringComparison.Ordinal) || text.StartsWith("pi_", StringComparison.Ordinal))
        {
            sales = sales.Where(v => v.Session == text || v.Intent == text);
        }
        else if (text.Length <= LongestCode && text.All(char.IsAsciiDigit))
        {
            // A live code is found by its index; what was opened long ago is found in the list.
            sales = sales.Where(v => v.Code == text
                && (v.Status == VendStatus.Reserved || v.Status == VendStatus.Delivering || v.Status == VendStatus.Unknown));
        }
        else
        {
            return [];
        }

        var found = await sales.OrderByDescending(v => v.ReservedAt).Take(most).ToListAsync(ct);
        return [.. found.Select(v => new PanelHit(
            t["Sales.One"], SaleRow.WhatOf(v.Lines) is { Length: > 0 } what ? what : v.Id.ToString(), $"{v.Machine} · {t[SaleTexts.Of(v.Status)]}",
            $"{SalesPages.Address}/{v.Id}"))];
    }
}
