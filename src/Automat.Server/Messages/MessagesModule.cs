using Automat.Server.Data;
using Automat.Server.Panel;
using Automat.Server.Privacy;

namespace Automat.Server.Messages;

/// <summary>The front door of what customers report.</summary>
public static class MessagesModule
{
    /// <summary>Adds keeping reports, and finding and answering them.</summary>
    public static IServiceCollection AddMessages(this IServiceCollection services)
    {
        services.AddSingleton<ITables, MessageTables>();
        services.AddScoped<KeepMessage>().AddScoped<ChangeMessage>().AddScoped<FindMessages>();
        services.AddScoped<ReportPages>().AddScoped<MessagePages>();
        services.AddScoped<IPanelSearch, FindMessages>().AddScoped<IPanelAttention, MessageAttention>();
        return services.AddPersonalData<MessageTraces>().AddRetention<MessageTraces>();
    }

    /// <summary>Maps the customers' page, what existing pages send, and what staff see.</summary>
    public static void MapMessages(this IEndpointRouteBuilder routes)
    {
        SendMessage.Map(routes);
        ReportPages.Map(routes);
        MessagePages.Map(routes);
    }
}
