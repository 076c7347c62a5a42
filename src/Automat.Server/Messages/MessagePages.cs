using Automat.Domain;
using Automat.Server.Audit;
using Automat.Server.Data;
using Automat.Server.Machines;
using Automat.Server.Panel;
using Automat.Server.Platform;
using Automat.Server.Storefront;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Messages;

/// <summary>What customers reported, for staff: the list, one report with its picture, and what is done about it.</summary>
internal sealed class MessagePages(AutomatDb db, FindMessages find, ChangeMessage change, IStringLocalizer<Texts> t)
{
    public const string Address = "/panel/messages";

    private const int MostActs = 50;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var pages = routes.MapGroup(Address).ExcludeFromDescription();
        pages.MapGet("", (HttpContext context, MessagePages messages, CancellationToken ct) => messages.ListAsync(context, ct))
            .RequirePermission(Permission.SalesRead);
        pages.MapGet("/{id:guid}", async (Guid id, string? done, HttpContext context, MessagePages messages, CancellationToken ct) =>
            Pages.Show<MessagePage>(await messages.ViewAsync(id, context, ct) with { Done = done == "saved" ? "Messages.Saved" : null }))
            .RequirePermission(Permission.SalesRead);
        pages.MapGet("/{id:guid}/photo", (Guid id, HttpContext context, MessagePages messages, CancellationToken ct) =>
            messages.PhotoAsync(id, context, ct)).RequirePermission(Permission.SalesRead);
        pages.MapForm("/{id:guid}", (Guid id, HttpContext context, MessagePages messages, CancellationToken ct) =>
            messages.ChangeAsync(id, context, ct)).RequirePermission(Permission.SalesWrite);
    }

    private async Task<IResult> ListAsync(HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var organization = context.User.OrganizationOf();
        var view = ListView.From(context.Request, ["at"], "-at");
        var columns = MessageColumns.Of(t, context);
        var messages = find.In(organization, view);
        if (view.Format == "csv")
            return TableCsv.Result("messages", view, columns, await find.RowsAsync(messages.Take(ListPages.MostCounted), ct));
        var page = await messages.Select(m => m.Id).PageAsync(view, ct);
        var ids = page.Items.ToList();
        var rows = await find.RowsAsync(find.In(organization, view).Where(m => ids.Contains(m.Id)), ct);
        return Pages.Show<MessagesPage>(new MessagesView(
            new ListPage<MessageRow>(rows, view, page.Total), columns, await find.MachinesAsync(organization, ct)));
    }

    private async Task<IResult> PhotoAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var (organization, key) = (context.User.OrganizationOf(), new Id<CustomerMessage>(id));
        context.Response.Headers.CacheControl = "private, no-store";
        return await db.Set<CustomerMessage>().AsNoTracking().Where(m => m.Id == key && m.OrganizationId == organization)
            .Select(m => m.Photo).SingleOrDefaultAsync(ct) is { } photo
            // It was written by us, as one of the two.
            ? Results.Bytes(photo, photo[0] == 0x89 ? "image/png" : "image/jpeg")
            : Results.NotFound();
    }

    private async Task<IResult> ChangeAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        var form = await context.Request.ReadFormAsync(ct);
        var state = Enum.TryParse<MessageState>(form["state"], out var named) && Enum.IsDefined(named) ? named : (MessageState?)null;
        try
        {
            await change.RunAsync(context.User, id, state, form["note"], ct);
            return context.SeeOther($"{Address}/{id}?done=saved");
        }
        catch (FieldsException)
        {
            var view = await ViewAsync(id, context, ct);
            return Pages.Show<MessagePage>(
                view with { State = state ?? view.State, Note = form["note"], NoteWrong = "Messages.NoteWrong" },
                StatusCodes.Status422UnprocessableEntity);
        }
    }

    private async Task<MessageView> ViewAsync(Guid id, HttpContext context, CancellationToken ct)
    {
        context.Response.Headers.CacheControl = "no-cache, no-store";
        var (organization, key) = (context.User.OrganizationOf(), new Id<CustomerMessage>(id));
        var found = await db.Set<CustomerMessage>().AsNoTracking().Where(m => m.Id == key && m.OrganizationId == organization)
            .Select(m => new
            {
                m.Text,
                m.ReceivedAt,
                m.Topic,
                m.MachineId,
                m.VendId,
                m.Email,
                m.Language,
                m.State,
                m.Note,
                HasPhoto = m.Photo != null,
            })
            .SingleOrDefaultAsync(ct) ?? throw new RuleException("message_unknown", $"There is no message {id}.");
        var machine = found.MachineId is { } at
            ? await db.Set<Machine>().AsNoTracking().Where(m => m.Id == at).Select(m => m.Name).SingleOrDefaultAsync(ct) ?? at.Value
            : null;
        var acts = await db.ActsOnAsync(organization, ChangeMessage.Word, id.ToString(), MostActs, ct);
        return new MessageView(
            new MessageRow(id, found.ReceivedAt, found.Topic, found.Text, machine, found.State, found.HasPhoto), found.MachineId?.Value,
            found.VendId?.Value, found.Email, found.Language, found.State, found.Note)
        {
            Path =
            [
                new TimelineItem(found.ReceivedAt, t["Path.Received"], null, "idle", null),
                .. acts.Select(act => new TimelineItem(act.At, t[PathText(act.Action)], null, PathTone(act.Action), null)),
            ],
            MayWrite = context.User.Allows(Permission.SalesWrite),
        };
    }

    private static string PathText(string action) => action switch
    {
        "customer_message.taken" => "State.InHand",
        "customer_message.done" => "State.Done",
        "customer_message.reopened" => "State.New",
        _ => "Path.Noted",
    };

    private static string PathTone(string action) => action switch
    {
        "customer_message.taken" => "wait",
        "customer_message.done" => "good",
        "customer_message.reopened" => "bad",
        _ => "idle",
    };
}
