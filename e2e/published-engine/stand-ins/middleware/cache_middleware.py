from aiohttp import web


@web.middleware
async def cache_control(request, handler):
    return await handler(request)
