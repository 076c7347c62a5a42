using System.Globalization;
using Automat.Server.Catalog.Pictures;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.AspNetCore.Mvc;
using Microsoft.EntityFrameworkCore;

namespace Automat.Server.Messages;

/// <summary>Where a customer says that something is wrong: with a machine, with goods, with these pages.</summary>
internal sealed class ReportPages(KeepMessage keep, IServiceScopeFactory scopes)
{
    private const string Address = "/report";
    private const int MostMachines = 200;
    private const int PhotoSide = 1_280;

    private static readonly Dictionary<string, string> Faults = new(StringComparer.Ordinal)
    {
        ["topic"] = "Report.TopicMissing",
        ["text"] = "Report.TextWrong",
        ["email"] = "Report.EmailWrong",
        ["picture"] = "Report.PhotoWrong",
    };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet(Address, (string? machine, string? sale, string? sent, HttpContext context, ReportPages pages, CancellationToken ct) =>
            pages.ShowAsync(machine, sale, sent is not null, context, ct))
            .IsPublic("customers have no account").RequireRateLimiting(RateLimits.Guessing).WithName("Report").ExcludeFromDescription();
        routes.MapForm(Address, (HttpContext context, ReportPages pages, CancellationToken ct) => pages.TakeAsync(context, ct))
            .IsPublic("customers have no account").RequireRateLimiting(RateLimits.Reporting)
            .WithMetadata(new RequestSizeLimitAttribute(SentPicture.LargestFile + 100_000)).WithName("SendReport").ExcludeFromDescription();
    }

    private async Task<IResult> ShowAsync(string? machine, string? sale, bool isSent, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        return Pages.Show<ReportPage>(isSent ? new ReportView { IsSent = true } : await ViewAsync(machine, sale, ct));
    }

    private async Task<IResult> TakeAsync(HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var (machine, sale) = (Given(form["machine"]), Given(form["sale"]));
        var topic = Enum.TryParse<MessageTopic>(form["topic"], out var named) && Enum.IsDefined(named) ? named : (MessageTopic?)null;
        try
        {
            var photo = form.Files["photo"] is { Length: > 0 } file ? await TakePhotoAsync(file, ct) : null;
            await keep.RunAsync(
                new Report(form["text"], topic)
                {
                    Machine = machine,
                    Sale = sale,
                    Email = form["email"],
                    Language = CultureInfo.CurrentUICulture.TwoLetterISOLanguageName,
                    Photo = photo,
                }, ct);
            return context.SeeOther($"{Address}?sent=1");
        }
        catch (FieldsException refused)
        {
            return Pages.Show<ReportPage>(
                await ViewAsync(machine, sale, ct) with
                {
                    Topic = topic,
                    Text = form["text"],
                    Email = form["email"],
                    Wrong = refused.Errors.Keys.ToDictionary(field => field, field => Faults[field], StringComparer.Ordinal),
                },
                StatusCodes.Status422UnprocessableEntity);
        }
    }

    private static async Task<SentPicture> TakePhotoAsync(IFormFile file, CancellationToken ct)
    {
        await using var stream = file.OpenReadStream();
        return await SentPicture.TakeAsync(stream, file.Length, PhotoSide, ct);
    }

    private async Task<ReportView> ViewAsync(string? machine, string? sale, CancellationToken ct)
    {
        var about = await keep.AboutAsync(machine, sale, ct);
        return new ReportView
        {
            Machine = about.Machine?.Id.Value,
            MachineName = about.Machine?.Name,
            Machines = about.Machine is null ? await MachinesAsync(ct) : [],
            Sale = about.Sale is null ? null : sale,
        };
    }

    private async Task<IReadOnlyList<(string Id, string Name)>> MachinesAsync(CancellationToken ct)
    {
        await using var scope = scopes.CreateScopeAcross("the public list of machines");
        var machines = await scope.ServiceProvider.GetRequiredService<AutomatDb>().Set<Machine>().AsNoTracking()
            .Where(m => m.State != MachineState.Retired).OrderBy(m => m.Name).ThenBy(m => m.Id).Take(MostMachines)
            .Select(m => new { m.Id, m.Name, m.Location }).ToListAsync(ct);
        return machines.ConvertAll(m => (m.Id.Value, m.Location.Length > 0 ? $"{m.Name}, {m.Location}" : m.Name));
    }

    private static string? Given(string? text) => string.IsNullOrWhiteSpace(text) || text.Length > 200 ? null : text.Trim();
}
