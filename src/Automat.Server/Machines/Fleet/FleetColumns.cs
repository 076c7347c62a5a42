using System.Globalization;
using Automat.Server.Panel;
using Microsoft.AspNetCore.Components;
using Microsoft.Extensions.Localization;

namespace Automat.Server.Machines.Fleet;

/// <summary>The columns of the list of machines.</summary>
internal static class FleetColumns
{
    /// <summary>On the page and in the file.</summary>
    public static IReadOnlyList<Column<FleetRow>> Of(IStringLocalizer<Texts> texts, HttpContext? reader) =>
    [
        new("name", texts["Fleet.Name"], row => row.Name) { Sorts = true },
        new("status", texts["Fleet.Status"], Standing) { Csv = row => row.Standing.Text },
        new("location", texts["Fleet.Location"], row => row.Location) { Sorts = true },
        new("driver", texts["Fleet.Driver"], row => row.Driver) { Sorts = true },
        new("heard", texts["Fleet.Heard"], row => row.LastHeard is { } at ? reader.Moment(at, texts["Format.Moment"]) : "–")
        {
            Csv = row => row.LastHeard,
        },
        new("soldout", texts["Fleet.SoldOut"], row => Count(row.SoldOut)) { Number = true, Csv = row => row.SoldOut },
        new("low", texts["Fleet.Low"], row => Count(row.Low)) { Number = true, Hidden = true, Csv = row => row.Low },
        new("id", texts["Fleet.Id"], row => row.Id) { Sorts = true, Hidden = true },
        new("group", texts["Fleet.Group"], row => row.Group ?? "–") { Hidden = true, Csv = row => row.Group },
        new("firmware", texts["Fleet.Firmware"], row => row.Firmware ?? "–") { Hidden = true, Csv = row => row.Firmware },
    ];

    private static string Count(int number) => number > 0 ? number.ToString(CultureInfo.CurrentCulture) : "–";

    private static RenderFragment Standing(FleetRow row) => builder =>
    {
        builder.OpenElement(0, "span");
        builder.AddAttribute(1, "data-status", row.Id);
        builder.OpenComponent<Badge>(2);
        builder.AddComponentParameter(3, nameof(Badge.Tone), row.Standing.Tone);
        builder.AddComponentParameter(4, nameof(Badge.Text), row.Standing.Text);
        builder.CloseComponent();
        builder.CloseElement();
    };
}
