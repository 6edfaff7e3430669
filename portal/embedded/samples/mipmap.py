"""Who is on MipMap's sample platform, and what they did there."""

from __future__ import annotations

from datetime import date
from random import Random

from sqlalchemy import Connection

from .mipmap_tables import METADATA
from .people import (
    BAN,
    CHILD,
    DANNA,
    KNOWN_AT_MIPMAP,
    Days,
    Person,
    make_chinese,
    make_ip_address,
    make_password_hash,
)
from .rows import Rows

__all__ = ["METADATA", "fill"]

PRODUCTS = (
    ("MipMap Desktop 专业版（一年）", 398_000),
    ("MipMap Cloud 存储扩容 1TB", 59_900),
    ("MipMap 航测数据处理服务", 168_000),
    ("MipMap 加密狗", 29_900),
)
PLACES = ("北京市海淀区", "上海市浦东新区", "深圳市南山区", "成都市武侯区", "武汉市洪山区", "西安市雁塔区")
INDUSTRIES = ("测绘", "电力巡检", "农业植保", "建筑施工", "文物保护", "水利")
SERVICES = ("三维重建", "点云分类", "正射影像", "模型分享", "云端存储")
OPERATIONS = ("新建项目", "上传照片", "开始重建", "导出成果", "分享链接")
CONFIGURATIONS = (
    ("Example Station 5", "Windows 11", "16核处理器，24GB显存，64GB内存"),
    ("Example Book 14", "macOS 26", "10核处理器，16GB统一内存"),
)
PARTNERS = (
    ("示例物流", "物流", "收件人姓名、电话、邮寄地址", "配送"),
    ("示例支付", "支付", "订单号、金额", "收款"),
    ("示例短信", "通信", "手机号码", "发送验证码"),
)
KNOWN_ORDER_AGES = (12, 240, 800, 1300, 1900)
"""Days: two of them older than the three years the platform keeps its records of sales."""


class _Platform(Rows):
    def __init__(self, today: date) -> None:
        super().__init__(METADATA)
        self.random = Random("mipmap")
        self.days = Days(today, self.random)
        self.tickets: dict[Person, list[int]] = {}

    def add_account(self, person: Person, number: int) -> None:
        """An account with everything that hangs on it."""
        random, days = self.random, self.days
        account_id = 100_000 + number
        known = person in KNOWN_AT_MIPMAP
        joined = 2400 if known else random.randrange(30, 2400)
        self.add(
            "accounts",
            account_id=account_id,
            username=person.username,
            password_hash=make_password_hash(random),
            phone=person.phone,
            email=person.email,
            status="正常",
            contact_changed_at=None,
            registered_at=days.moment(joined),
            last_sign_in_at=days.moment(random.randrange(0, 30)),
            personalised=True,
            consent_to_improvement=True,
            processing_restricted=False,
        )
        place = random.choice(PLACES)
        if known or random.random() < 0.7:
            self.add(
                "profiles",
                account_id=account_id,
                full_name=person.name,
                birthday=days.ago(4_200 if person is CHILD else random.randrange(7_000, 20_000)),
                gender=random.choice(("女", "男", None)),
                location=place,
                industry=None if person is CHILD else random.choice(INDUSTRIES),
                updated_at=days.moment(random.randrange(0, 30)),
            )
        ages = KNOWN_ORDER_AGES if known else random.sample(range(1, joined), random.randrange(0, 4))
        for age in () if person is CHILD else sorted(ages):
            self.add_order(person, account_id, age, f"{place}示例路{random.randrange(1, 200)}号")
        self.add_traces(account_id, 5 if known else random.randrange(0, 4))
        self.tickets[person] = [
            self.add_ticket(account_id) for _ in range(3 if known else random.randrange(0, 2))
        ]
        self.add_extras(person, account_id, known=known)

    def add_order(self, person: Person, account_id: int, age: int, address: str) -> None:
        """An order with its payment and delivery; the dearest product asks for an ID card."""
        random, days = self.random, self.days
        order_id = self.next_number("orders")
        # The known people's orders go round the whole catalogue, so that each of them gave an ID card.
        known = person in KNOWN_AT_MIPMAP
        product, amount_fen = PRODUCTS[order_id % len(PRODUCTS)] if known else random.choice(PRODUCTS)
        ordered_on = days.ago(age)
        self.add(
            "orders",
            account_id=account_id,
            order_no=f"MP{order_id:010d}",
            product=product,
            amount_fen=amount_fen,
            status="已完成" if age > 7 else "待发货",
            buyer_name=person.name,
            buyer_phone=person.phone,
            buyer_email=person.email,
            ordered_on=ordered_on,
        )
        if amount_fen == max(price for _, price in PRODUCTS):
            # Region 000000 exists nowhere, so the number can be nobody's.
            self.add(
                "identity_checks",
                order_id=order_id,
                real_name=person.name,
                id_card_number=f"00000019{random.randrange(60, 99)}0101{random.randrange(1000):03d}X",
                checked_at=days.moment(age),
            )
        self.add(
            "payments",
            order_id=order_id,
            method="银行卡",
            bank_card_number=f"0000 0000 0000 {random.randrange(10_000):04d}",
            amount_fen=amount_fen,
            paid_at=days.moment(age),
            ordered_on=ordered_on,
        )
        self.add(
            "deliveries",
            order_id=order_id,
            recipient_name=person.name,
            recipient_phone=person.phone,
            mailing_address=address,
            carrier="示例物流",
            tracking_no=f"EX{order_id:010d}",
            ordered_on=ordered_on,
        )

    def add_traces(self, account_id: int, busy: int) -> None:
        """What their devices left behind, the more the busier they were."""
        random, days = self.random, self.days
        for model, system, configuration in CONFIGURATIONS[: 1 + busy % 2]:
            device_id = f"dev-{random.getrandbits(64):016x}"
            self.add(
                "devices",
                device_id=device_id,
                account_id=account_id,
                model=model,
                operating_system=system,
                configuration=configuration,
                first_seen_at=days.moment(random.randrange(30, 700)),
            )
            if busy > 2:
                self.add(
                    "improvement_diagnostics",
                    account_id=account_id,
                    device_id=device_id,
                    device_attributes=configuration,
                    diagnostic_data="重建第3步内存不足，已自动重试",
                    usage_data=f"本周重建{random.randrange(1, 30)}次",
                    recorded_at=days.moment(random.randrange(1, 300)),
                )
        for _ in range(2 * busy):
            self.add(
                "access_logs",
                account_id=account_id,
                ip_address=make_ip_address(random),
                user_agent=random.choice(("MipMap Desktop 5", "Firefox 145", "Chrome 142")),
                action=random.choice(("登录", "下载安装包", "打开项目")),
                result=random.choice(("成功", "成功", "失败")),
                at=days.moment(random.randrange(0, 365)),
            )
            self.add(
                "usage_events",
                account_id=account_id,
                service=random.choice(SERVICES),
                operation=random.choice(OPERATIONS),
                used_at=days.moment(random.randrange(0, 365)),
            )
        self.add(
            "cookies",
            cookie_id=f"ck-{random.getrandbits(64):016x}",
            account_id=account_id,
            site="www.mipmap3d.com",
            preference=random.choice((None, "语言：中文", "购物车：加密狗×1")),
            set_at=days.moment(random.randrange(0, 365)),
        )

    def add_ticket(self, account_id: int) -> int:
        """An enquiry to customer service; its number."""
        random, days = self.random, self.days
        return self.add(
            "support_tickets",
            account_id=account_id,
            channel=random.choice(("在线客服", "电子邮件", "电话")),
            subject=random.choice(("授权无法激活", "重建结果有空洞", "申请开具发票")),
            message="请帮忙看一下，谢谢。",
            reply=random.choice((None, "您好，已为您处理，请重启软件后再试。")),
            opened_at=days.moment(random.randrange(1, 900)),
        )

    def add_extras(self, person: Person, account_id: int, *, known: bool) -> None:
        """What only some accounts have."""
        random, days = self.random, self.days
        if known or random.random() < 0.5:
            self.add(
                "recommendations",
                account_id=account_id,
                service=random.choice(SERVICES),
                reason="近期多次使用三维重建",
                shown_at=days.moment(random.randrange(1, 200)),
            )
            for partner, kind, shared_data, purpose in PARTNERS:
                self.add(
                    "partner_sharing",
                    account_id=account_id,
                    partner=partner,
                    partner_kind=kind,
                    shared_data=shared_data,
                    purpose=purpose,
                    shared_on=days.ago(random.randrange(1, 1800)),
                )
        if known or random.random() < 0.3:
            for kind, body in (("文字", "今天飞了两个架次，效果不错。"), ("图片", "site-overview.jpg")):
                self.add(
                    "shared_content",
                    account_id=account_id,
                    kind=kind,
                    title="项目分享",
                    body=body,
                    shared_at=days.moment(random.randrange(1, 700)),
                )
        if person.email is not None and (known or random.random() < 0.5):
            self.add_subscription(account_id, person.email, opened=2 if known else random.randrange(0, 3))
        if known or random.random() < 0.05:
            self.add(
                "public_information",
                account_id=account_id,
                source_name="政府采购公告",
                content="作为项目联系人列于公告中。",
                collected_on=days.ago(random.randrange(1, 1000)),
            )
        if person is CHILD:
            self.add(
                "guardian_consents",
                account_id=account_id,
                guardian_name="周建国",
                guardian_phone="+8612000009999",
                child_birth_year=days.ago(4_200).year,
                given_at=days.moment(300),
            )

    def add_subscription(self, account_id: int | None, email: str, opened: int) -> None:
        """A place on the mailing list, and the e-mails opened since."""
        random, days = self.random, self.days
        subscription_id = self.add(
            "marketing_subscriptions",
            account_id=account_id,
            email=email,
            topics="产品更新，优惠活动",
            subscribed_at=days.moment(random.randrange(400, 1200)),
            subscribed=True,
        )
        for _ in range(opened):
            self.add(
                "email_tracking",
                subscription_id=subscription_id,
                message_name="产品月报",
                opened_at=days.moment(random.randrange(0, 400)),
                clicked_url=random.choice((None, "https://www.mipmap3d.com/news")),
            )

    def share_tickets(self, one: Person, other: Person) -> None:
        """Each takes part in the other's first enquiry."""
        for whose, joining in ((one, other), (other, one)):
            self.add(
                "ticket_participants",
                ticket_id=self.tickets[whose][0],
                account_id=100_001 + KNOWN_AT_MIPMAP.index(joining),
                role="抄送",
                added_at=self.days.moment(1),
            )


def fill(connection: Connection, today: date) -> None:
    """The same people every time, with their dates counted back from ``today``."""
    platform = _Platform(today)
    for number, person in enumerate(make_chinese(platform.random), start=1):
        platform.add_account(person, number)
    platform.share_tickets(DANNA, BAN)
    # From before she had an account: found by her address alone.
    platform.add_subscription(None, DANNA.email or "", opened=1)
    for number in range(100):
        platform.add_subscription(None, f"reader{number}@example.cn", opened=number % 3)
    platform.write(connection)
