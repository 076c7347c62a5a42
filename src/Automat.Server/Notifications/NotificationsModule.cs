using Automat.Server.Data;
using Automat.Server.Notifications.Mail;
using Automat.Server.Privacy;

namespace Automat.Server.Notifications;

/// <summary>The notifications' front door.</summary>
public static class NotificationsModule
{
    /// <summary>Adds customers' messages and the outbox of mails.</summary>
    public static IServiceCollection AddNotifications(this IServiceCollection services) =>
        services.AddSingleton<ITables, NotificationTables>().AddScoped<MailOutbox>()
            .AddPersonalData<MailTraces>().AddRetention<MailTraces>().AddPersonalData<MessageTraces>().AddRetention<MessageTraces>();

    /// <summary>Adds the way out for mails.</summary>
    public static IServiceCollection AddMail(this IServiceCollection services, MailSettings settings) =>
        services.AddSingleton(settings).AddSingleton<IMailRoute, SmtpRoute>().AddHostedService<MailSender>();

    /// <summary>Maps customers' messages and the outbox page.</summary>
    public static void MapNotifications(this IEndpointRouteBuilder routes)
    {
        SendMessage.Map(routes);
        OutboxPages.Map(routes);
    }
}
