using System.Buffers;
using System.IO.Pipelines;
using Jinbang.Boards;
using Jinbang.Server.Limits;

namespace Jinbang.Server.Classic;

/// <summary>Takes a whole body, which is valid during the call only.</summary>
internal delegate Task PostHandler(HttpContext context, ClassicGame game, IBoards boards, ReadOnlySpan<byte> body);

/// <summary>Reads the whole body of a post, up to the limit.</summary>
internal static class PostedBody
{
    public static Task ReadAsync(HttpContext context, ClassicGame game, IBoards boards, PostHandler handler)
    {
        if (context.Request.ContentLength > LimitSettings.BodyBytes)
        {
            return WriteTooLargeAsync(context);
        }

        // Nearly always the body has come with the headers and there is nothing to wait for.
        var reader = context.Request.BodyReader;
        if (reader.TryRead(out var read))
        {
            if (read.IsCompleted)
            {
                return HandleAsync(context, game, boards, handler, reader, read.Buffer);
            }

            reader.AdvanceTo(read.Buffer.Start, read.Buffer.End);
        }

        return AwaitAsync(context, game, boards, handler, reader);
    }

    private static async Task AwaitAsync(HttpContext context, ClassicGame game, IBoards boards, PostHandler handler, PipeReader reader)
    {
        var result = await reader.ReadAsync();
        while (!result.IsCompleted && result.Buffer.Length <= LimitSettings.BodyBytes)
        {
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
            result = await reader.ReadAsync();
        }

        await HandleAsync(context, game, boards, handler, reader, result.Buffer);
    }

    private static Task HandleAsync(
        HttpContext context, ClassicGame game, IBoards boards, PostHandler handler, PipeReader reader, in ReadOnlySequence<byte> buffer)
    {
        var end = buffer.End;
        Task handling;
        if (buffer.Length > LimitSettings.BodyBytes)
        {
            handling = WriteTooLargeAsync(context);
        }
        else
        {
            // The handler takes what it needs before it first waits, so the buffer may go back right after.
            handling = buffer.IsSingleSegment
                ? handler(context, game, boards, buffer.FirstSpan)
                : handler(context, game, boards, buffer.ToArray());
        }

        reader.AdvanceTo(end);
        return handling;
    }

    private static Task WriteTooLargeAsync(HttpContext context) =>
        ClassicReplies.WriteErrorAsync(context, StatusCodes.Status413PayloadTooLarge, "请求内容过大");
}
