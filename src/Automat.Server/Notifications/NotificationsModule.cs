using Automat.Server.Data;
using Automat.Server.Notifications.Channels;
using Automat.Server.Notifications.Mail;
using Automat.Server.Privacy;

namespace Automat.Server.Notifications;

/// <summary>The notifications' front door.</summary>
public static class NotificationsModule
{
    /// <summary>Adds the outboxes of mails and of posts.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services)
    {
        services.AddSingleton<ITables, NotificationTables>().AddSingleton<ITables, ChannelTables>();
        services.AddScoped<MailOutbox>().AddPersonalData<MailTraces>().AddRetention<MailTraces>();
        services.AddScoped<ChannelOutbox>().AddScoped<ChannelAddress>().AddScoped<SaveChannel>().AddScoped<ChannelPages>().AddScoped<SendPosts>();
        return services.AddSingleton<SalesFeed>().AddRetention<PostRetention>();
    }

    /// <summary>Adds the way out for mails.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, MailSettings settings) =>
        services.AddSingleton(settings).AddSingleton<IMailRoute, SmtpRoute>().AddHostedService<MailSender>();

    /// <summary>Adds the way out for posts.</summary>
    public static IServiceCollection AddChannels(this IServiceCollection services, ChannelSettings settings) =>
        services.AddSingleton(settings).AddSingleton<DiscordRoute>().AddHostedService<ChannelSender>();

    /// <summary>Maps the pages of the outboxes.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        OutboxPages.Map(routes);
        ChannelPages.Map(routes);
    }
}
