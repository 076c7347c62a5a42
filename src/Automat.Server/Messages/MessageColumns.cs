using Automat.Server.Panel;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Messages;

/// <summary>The columns of the list of reports, on the page and in the file.</summary>
internal static class MessageColumns
{
    public static IReadOnlyList<Column<MessageRow>> Of(IStringLocalizer<Texts> t, HttpContext reader) =>
    [
        new("text", t["Messages.Text"], row => row.Text),
        new("topic", t["Messages.Topic"], row => t[MessageWords.Of(row.Topic)].Value),
        new("machine", t["Messages.Machine"], row => row.Machine ?? "–"),
        new("state", t["Messages.State"], row => BadgeOf(MessageWords.ToneOf(row.State), t[MessageWords.Of(row.State)]))
        {
            Csv = row => t[MessageWords.Of(row.State)].Value,
        },
        new("at", t["Messages.At"], row => reader.Moment(row.At, t["Format.Moment"])) { Sorts = true, Csv = row => row.At },
        new("photo", t["Messages.Photo"], row => row.HasPhoto ? t["Messages.Yes"].Value : "–"),
    ];

    private static RenderFragment BadgeOf(string tone, string text) => builder =>
    {
        builder.OpenComponent<Badge>(0);
        builder.AddComponentParameter(1, nameof(Badge.Tone), tone);
        builder.AddComponentParameter(2, nameof(Badge.Text), text);
        builder.CloseComponent();
    };
}
